package train

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// heavy returns a model with more weights than a puzzle's activations.
func heavy(t *testing.T) *nn.Model {
	arch := tinyArch()
	arch.HiddenSize, arch.LLayers, arch.HLayers, arch.PuzzleEmbNDim = 64, 2, 2, 64
	return newModel(t, kindHRM, arch)
}

func TestGroupSize(t *testing.T) {
	small, err := trm.New(trm.SudokuSmall(), rand.New(rand.NewPCG(1, 2))) // 6 MB of tape, 1 MB of weights
	require.NoError(t, err)
	require.Equal(t, 1, groupSize(small))
	require.Equal(t, 2, groupSize(heavy(t)))
}

// Groups change nothing but the order of sums.
func TestGroupsOfPuzzlesTogether(t *testing.T) {
	var metrics [2][]Metrics
	var gradients [2][]float32
	for i := range metrics {
		tr := newTrainer(t, heavy(t), tinyConfig(7, 3), 2)
		require.Equal(t, 2, tr.groupSize) // in shards of one row and two
		if i == 1 {
			tr.groupSize = 1
		}
		for range 3 {
			m, err := tr.Step()
			require.NoError(t, err)
			metrics[i] = append(metrics[i], m)
		}
		gradients[i] = tr.Gradient()
	}
	for s, m := range metrics[0] {
		require.InEpsilon(t, metrics[1][s].LMLoss, m.LMLoss, 1e-5)
		require.Equal(t, metrics[1][s].Count, m.Count)
	}
	require.InDeltaSlice(t, gradients[1], gradients[0], 1e-5)
}
