package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// swigluReference is norm(v + W_down·(silu(gate)·up)) of one vector, in
// float64.
func swigluReference(gateUp, down []float32, inter int, eps float64, v []float64) []float64 {
	d := len(v)
	mul := func(w []float32, row int, x []float64) float64 {
		sum := 0.0
		for i, c := range x {
			sum += float64(w[row*len(x)+i]) * c
		}
		return sum
	}
	hidden := make([]float64, inter)
	for i := range hidden {
		gate := mul(gateUp, i, v)
		hidden[i] = gate / (1 + math.Exp(-gate)) * mul(gateUp, inter+i, v)
	}
	y, squares := make([]float64, d), 0.0
	for i := range y {
		y[i] = v[i] + mul(down, i, hidden)
		squares += y[i] * y[i] / float64(d)
	}
	for i := range y {
		y[i] /= math.Sqrt(squares + eps)
	}
	return y
}

// Both forms of the gated MLP: along the channels of each position, and along
// the positions of each channel.
func TestSwiGLUForward(t *testing.T) {
	const n, positions, d, eps = 2, 5, 12, 1e-3
	EachLevel(t, func(t *testing.T) {
		var ps Params
		a := &Arch{SeqLen: positions, HiddenSize: d, Expansion: 4, RMSNormEps: eps}
		channels, tokens := newSwiGLU(&ps, "mlp", a), newTokenSwiGLU(&ps, "mlp_t", a)
		built(t, &ps)
		x := Normals(rand.New(rand.NewPCG(1, 1)), n*positions*d, 1)
		run := func(sub sublayer) []float32 {
			net := &level{subs: []sublayer{sub}}
			packLevel(net, false)
			y := slices.Clone(x)
			var s scratch[float32]
			newInferenceTape[float32](net, n).forward(&s, 0, n, y, nil)
			return y
		}
		check := func(y []float32, gateUp, down *Param, inter, start, step, count int) {
			v := make([]float64, count)
			for i := range v {
				v[i] = float64(x[start+i*step])
			}
			for i, want := range swigluReference(gateUp.Value.Data(), down.Value.Data(), inter, eps, v) {
				require.InDelta(t, want, y[start+i*step], 2e-5)
			}
		}
		byChannels, byTokens := run(channels), run(tokens)
		for row := range n * positions {
			check(byChannels, channels.gateUp.w, channels.down.w, channels.inter, row*d, 1, d)
		}
		for column := range n * d {
			start := column/d*positions*d + column%d
			check(byTokens, tokens.gateUp.w, tokens.down.w, tokens.inter, start, d, positions)
		}
	})
}
