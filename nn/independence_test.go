package nn_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// What a puzzle's answer is does not depend, to the bit, on the size of its
// group, its place there, the other puzzles, or whether the step is recorded
// for training.
func TestPuzzlesAreIndependent(t *testing.T) {
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range families {
			eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m *nn.Model) { checkIndependence(t, m, 2) })
		}
		// Groups whose rows fill more than one block of the products, 5 times
		// 50 positions, and dot products of 512 numbers.
		large := func(a *nn.Arch) {
			a.SeqLen, a.HiddenSize, a.LLayers, a.HCycles, a.LCycles = 49, 24, 1, 1, 1
			a.Expansion = 17
		}
		for _, v := range variants[:2] {
			eachPrecision(t, newModel(t, v, large), v.name+", large", func(t *testing.T, m *nn.Model) { checkIndependence(t, m, 1) })
		}
	})
}

// groupings put each of five puzzles in different places of groups of
// different sizes.
var groupings = [][]int{{3}, {1, 0}, {4, 2, 0}, {0, 1, 2, 3, 4}, {2, 4, 3, 0, 1}}

func checkIndependence(t *testing.T, m *nn.Model, steps int) {
	const count = 5
	var alone [count][]answer // by step
	w := m.NewWorker(1, 1)
	for p := range count {
		g := newGroup(m, p)
		for range steps {
			require.NoError(t, w.Step(g))
			alone[p] = append(alone[p], answerOf(m, g, 0))
		}
	}
	require.NotEqual(t, alone[0][0][0], alone[1][0][0])

	// For groups smaller than its capacity too.
	worker, record := m.NewWorker(count, 1), m.Precision() != nn.INT8
	if record {
		worker = newTrainingWorker(t, m, count)
	}
	for i, puzzles := range groupings {
		g := newGroup(m, puzzles...)
		for s := range steps {
			if record && (s+i)%2 == 0 {
				require.NoError(t, worker.StepTrain(g))
			} else {
				require.NoError(t, worker.Step(g))
			}
			for row, p := range puzzles {
				require.Equal(t, alone[p][s], answerOf(m, g, row), fmt.Sprintf("row %d of %v after step %d", row, puzzles, s+1))
			}
		}
	}
}
