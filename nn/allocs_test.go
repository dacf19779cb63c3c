package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestWarmStepsAllocateNothing(t *testing.T) {
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range variants {
			eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m nn.Model) {
				w, grad := m.NewWorker(3, true), m.Params().NewVector()
				g := newGroup(m, 0, 1, 2)
				for _, c := range []struct {
					name string
					run  func()
				}{
					{"Step", func() { w.Step(g) }},
					{"StepTrain", func() { w.StepTrain(g) }},
					{"Backward", func() { w.Backward(g, grad) }},
				} {
					c.run()
					require.Zero(t, testing.AllocsPerRun(3, c.run), c.name)
				}
			})
		}
	})
}
