package nn_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestWarmStepsAllocateNothing(t *testing.T) {
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range families {
			eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m *nn.Model) {
				g, grad := newGroup(m, 0, 1, 2), m.Params().NewVector()
				warm := func(what string, run func() error) {
					require.NoError(t, run()) // grows buffers
					require.Zero(t, testing.AllocsPerRun(3, func() {
						if err := run(); err != nil {
							panic(err)
						}
					}), what)
				}
				w := m.NewWorker(3, 1)
				warm("Step", func() error { return w.Step(g) })
				if m.Precision() == nn.INT8 {
					return
				}
				trainer := newTrainingWorker(t, m, 3)
				warm("Step of a training worker", func() error { return trainer.Step(g) })
				warm("StepTrain", func() error { return trainer.StepTrain(g) })
				warm("Backward", func() error { return errors.Join(trainer.StepTrain(g), trainer.Backward(g, grad)) })
			})
		}
	})
}
