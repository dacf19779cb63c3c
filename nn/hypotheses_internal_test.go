package nn

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is added is the difference of two whole embeddings, in every layout.
func TestAddChange(t *testing.T) {
	eachInput(t, testAddChange)
	t.Run("values", func(t *testing.T) {
		a := inputArch(0, 0, PosNone)
		a.Values, a.FirstValue = 3, 1
		testAddChange(t, a, inputTokens)
	})
}

func testAddChange(t *testing.T, a *Arch, inputs []int32) {
	var ps Params
	e := newEmbedding(&ps, a)
	require.NoError(t, ps.build())
	rng := rand.New(rand.NewPCG(3, 4))
	ps.draw(rng)
	embed := func(inputs []int32) []float32 {
		wide := make([]float32, e.size())
		e.lookUpAll(wide, inputs)
		return wide
	}
	inputs = inputs[:a.SeqLen]
	for cell := range inputs {
		for token := range a.VocabSize {
			other := append([]int32(nil), inputs...)
			other[cell] = int32(token)
			if e.sets {
				other[cell] = 1 << token
			}
			z := make([]float32, e.size())
			for i := range z {
				z[i] = rng.Float32()
			}
			got := append([]float32(nil), z...)
			e.addChange(got, cell, inputs[cell], token, 0.5)
			from, to := embed(inputs), embed(other)
			for i := range z {
				require.InDelta(t, z[i]+0.5*e.scale*(to[i]-from[i]), got[i], 1e-6, "cell %d, token %d, number %d", cell, token, i)
			}
		}
	}
}

// Tokens are drawn as often as they are likely.
func TestDrawToken(t *testing.T) {
	logits := []float32{1, -2, 0.5, -1e4, 2}
	for _, softmax := range []bool{true, false} {
		const n = 20000
		counts := make([]int, len(logits))
		rng := rand.New(rand.NewPCG(1, 2))
		for range n {
			counts[drawToken(logits, softmax, rng)]++
		}
		for token, c := range counts {
			require.InDelta(t, probability(logits, token, softmax), float64(c)/n, 0.015, "token %d in four standard deviations", token)
		}
	}
}
