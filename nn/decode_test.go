package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestArgMax(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want int
	}{{[]float32{3}, 0}, {[]float32{1, 2, 0}, 1}, {[]float32{5, 5, 5}, 0}, {[]float32{-3, -1, -1, -2}, 1}} {
		require.Equal(t, c.want, nn.ArgMax(c.x), c.x)
	}
}

// The probabilities of a cell add up to one, and Decode shows the greatest.
func TestProbabilities(t *testing.T) {
	logits := []float32{
		1, -2, 0.5, 3, 3,
		-900, 900, 0, 1, 2,
	}
	for _, loss := range []string{nn.LossSoftmax, nn.LossStablemax} {
		m, err := variants[0].build(func(a *nn.Arch) { a.LossType = loss })
		require.NoError(t, err)
		probabilities := make([]float32, len(logits))
		m.Probabilities(logits, probabilities)
		tokens, confidence := make([]int32, 2), make([]float32, 2)
		m.Decode(logits, tokens, confidence)
		for c := range 2 {
			cell, sum := probabilities[5*c:5*c+5], float32(0)
			for _, p := range cell {
				sum += p
			}
			require.InDelta(t, 1, sum, 1e-6)
			require.Equal(t, nn.ArgMax(cell), int(tokens[c]))
			require.Equal(t, cell[tokens[c]], confidence[c])
		}
	}
}
