package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Attention as its formula says, in float64 and without any blocking.
func attentionReference(a *attention, turn bool, theta float64, ids [][]int, x []float32) []float64 {
	d, size := a.d, a.size
	qkv := make([]float64, a.positions*3*d)
	for p := range a.positions {
		for o := range 3 * d {
			qkv[p*3*d+o] = Project(a.qkv.w.Value.Data()[o*d:(o+1)*d], x[p*d:(p+1)*d])
		}
	}
	turned := func(p, at, i int) float64 { // element i of the vector at, rotated by its position
		row := qkv[p*3*d+at:][:size]
		if !turn {
			return row[i]
		}
		half := size / 2
		angle := float64(p) * math.Pow(theta, -float64(2*(i%half))/float64(size))
		if i < half {
			return row[i]*math.Cos(angle) - row[i+half]*math.Sin(angle)
		}
		return row[i]*math.Cos(angle) + row[i-half]*math.Sin(angle)
	}
	mid := make([]float32, a.positions*d)
	for h := range a.heads {
		for p := range a.positions {
			weight, total := make([]float64, a.positions), 0.0
			for q := range a.positions {
				if ids != nil && ids[h] != nil && ids[h][p] != ids[h][q] {
					continue
				}
				dot := 0.0
				for i := range size {
					dot += turned(p, h*size, i) * turned(q, d+h*size, i)
				}
				weight[q] = math.Exp(dot / math.Sqrt(float64(size)))
				total += weight[q]
			}
			for i := range size {
				sum := 0.0
				for q, w := range weight {
					sum += w / total * qkv[q*3*d+2*d+h*size+i]
				}
				mid[p*d+h*size+i] = float32(sum)
			}
		}
	}
	y := make([]float64, a.positions*d)
	for p := range a.positions {
		squares := 0.0
		for o := range d {
			v := float64(x[p*d+o]) + Project(a.out.w.Value.Data()[o*d:(o+1)*d], mid[p*d:(p+1)*d])
			y[p*d+o] = v
			squares += v * v / float64(d)
		}
		for o := range d {
			y[p*d+o] /= math.Sqrt(squares + float64(a.eps))
		}
	}
	return y
}

func TestAttentionForward(t *testing.T) {
	for _, turn := range []bool{false, true} {
		for _, ids := range [][][]int{nil, {nil, {0, 1, 0, 1, 0, 1, 1}, {5, 5, 5, 5, 5, 5, 6}}} {
			EachLevel(t, func(t *testing.T) {
				const n, positions, d, theta = 2, 7, 24, 50
				var ps Params
				var tables *rope
				if turn {
					tables = newRoPE(positions, d/3, theta)
				}
				a, err := newAttention(&ps, "att", positions, d, 3, tables, ids, 1e-3)
				require.NoError(t, err)
				built(t, &ps)
				net := &level{subs: []sublayer{a}}
				packLevel(net, false)
				x := Normals(rand.New(rand.NewPCG(1, 1)), n*positions*d, 1)
				y := slices.Clone(x)
				var s scratch[float32]
				newInferenceTape[float32](net, n).forward(&s, 0, n, y, nil)
				for i := range n {
					at := i * positions * d
					want := attentionReference(a, turn, theta, ids, x[at:at+positions*d])
					for j, w := range want {
						require.InDelta(t, w, y[at+j], 2e-5, "puzzle %d, number %d", i, j)
					}
				}
			})
		}
	}
}

// Heads with more queries than a block holds, all together and in groups.
func TestAttentionInBlocks(t *testing.T) {
	const positions, d = 600, 16
	halves := make([]int, positions)
	for p := range halves {
		halves[p] = p % 2
	}
	var ps Params
	a, err := newAttention(&ps, "att", positions, d, 2, nil, [][]int{nil, halves}, 1e-3)
	require.NoError(t, err)
	built(t, &ps)
	for head := range a.heads {
		first := a.groups[head].batches[0].first()
		require.Less(t, first.rows, first.size)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	qkv, dOut := Normals(rng, positions*3*d, 1), Normals(rng, positions*d, 1)
	wantOut, wantGrad := headsReference(a, [][]int{make([]int, positions), halves}, qkv, dOut)
	EachLevel(t, func(t *testing.T) {
		var s scratch[float32]
		out, grad := make([]float32, positions*d), slices.Clone(qkv)
		for head := range a.heads {
			s.attendHead(a, out, qkv, head)
			s.attendHeadBackward(a, dOut, grad, head)
		}
		require.InDeltaSlice(t, wantOut, out, 1e-5)
		require.InDeltaSlice(t, wantGrad, grad, 1e-5)
	})
}

// headsReference returns the outputs of all heads and the gradients of qkv, as
// the formulas say, in float64.
func headsReference(a *attention, ids [][]int, qkv, dOut []float32) (out, grad []float64) {
	out, grad = make([]float64, len(dOut)), make([]float64, len(qkv))
	scale := 1 / math.Sqrt(float64(a.size))
	for h := range a.heads {
		at := func(part, p int) int { return p*3*a.d + part*a.d + h*a.size }
		row := func(part, p int) []float32 { return qkv[at(part, p):][:a.size] }
		for p := range a.positions {
			prob, total := make([]float64, a.positions), 0.0
			for q := range prob {
				if ids[h][p] == ids[h][q] {
					prob[q] = math.Exp(scale * Project(row(0, p), row(1, q)))
					total += prob[q]
				}
			}
			do := dOut[p*a.d+h*a.size:][:a.size]
			dProb, dot := make([]float64, a.positions), 0.0
			for q := range prob {
				prob[q] /= total
				dProb[q] = Project(do, row(2, q))
				dot += prob[q] * dProb[q]
			}
			for q, w := range prob {
				ds := scale * w * (dProb[q] - dot)
				for i := range a.size {
					out[p*a.d+h*a.size+i] += w * float64(row(2, q)[i])
					grad[at(0, p)+i] += ds * float64(row(1, q)[i])
					grad[at(1, q)+i] += ds * float64(row(0, p)[i])
					grad[at(2, q)+i] += w * float64(do[i])
				}
			}
		}
	}
	return out, grad
}
