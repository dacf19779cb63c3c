package nn

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// headsCases have the halting head read a position of the prefix, or that of
// the first cell, whose gradient then has two parts.
var headsCases = []struct {
	name string
	ndim int
}{{"prefix", 20}, {"no prefix", 0}}

func TestHeads(t *testing.T) {
	for _, c := range headsCases {
		t.Run(c.name, func(t *testing.T) {
			EachLevel(t, func(t *testing.T) {
				const n, d, cells, vocab = 2, 12, 5, 7
				a := &Arch{SeqLen: cells, VocabSize: vocab, HiddenSize: d, PuzzleEmbNDim: c.ndim, PosEncodings: PosNone}
				var ps Params
				h := newReadout(&ps, a)
				built(t, &ps)
				rng := rand.New(rand.NewPCG(6, 1))
				copy(h.q.Value.Data(), Normals(rng, 2*d, 0.3))
				z := Normals(rng, n*a.Positions()*d, 1)
				pl, pq := Normals(rng, n*cells*vocab, 1), Normals(rng, 2*n, 3)
				logits, q := make([]float32, len(pl)), make([]float32, len(pq))
				var s scratch[float32]
				f := func() float64 {
					h.lm.pack(FP32, false)
					s.readOut(h, logits, q, z, n)
					return Project(pl, logits) + Project(pq, q)
				}
				f()
				for i := range n {
					zi := z[i*a.Positions()*d:]
					for cell := range cells {
						for v := range vocab {
							want := Project(h.lm.w.Value.Data()[v*d:(v+1)*d], zi[(a.Prefix()+cell)*d:][:d])
							require.InDelta(t, want, logits[(i*cells+cell)*vocab+v], 1e-5)
						}
					}
					for j := range 2 {
						want := Project(h.q.Value.Data()[j*d:(j+1)*d], zi[:d]) + float64(h.qBias.Value.Data()[j])
						require.InDelta(t, want, q[2*i+j], 1e-5)
					}
				}

				h.lm.pack(FP32, true)
				grad, dz := ps.NewVector(), Normals(rng, len(z), 1) // dz is overwritten
				s.readOutBackward(h, grad, dz, z, pl, pq, n)
				CheckElements(t, f, LayerTolerance, append(weights(&ps, grad), Variable{"z", z, dz})...)
				checkAccumulation(t, grad, grad,
					func(grad []float32) { s.readOutBackward(h, grad, dz, z, pl, pq, n) },
					func(grad []float32) { s.readOutBackward(h, grad, dz, z, pl, pq, n) })
			})
		})
	}
}

func TestHaltingHeadStartsCold(t *testing.T) {
	var ps Params
	h := newReadout(&ps, &Arch{SeqLen: 4, VocabSize: 3, HiddenSize: 8, PosEncodings: PosNone})
	built(t, &ps)
	require.Equal(t, make([]float32, 16), h.q.Value.Data())
	require.Equal(t, []float32{-5, -5}, h.qBias.Value.Data())
}
