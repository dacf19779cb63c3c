package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// inputCases cover every way to lay out a prefix, with tokens that repeat.
var inputCases = []struct {
	name       string
	ndim, len  int // of the puzzle embedding
	pos        string
	prefixWant int
}{
	{"cells only", 0, 0, PosNone, 0},
	{"cells with positions", 0, 0, PosLearned, 0},
	{"one whole row", 12, 0, PosRoPE, 1},
	{"rows filled in part", 17, 0, PosNone, 2},
	{"longer prefix", 17, 3, PosNone, 3},
	{"longer prefix with positions", 17, 3, PosLearned, 3},
	{"less than a row, with positions", 5, 1, PosLearned, 1},
}

func inputArch(ndim, length int, pos string) *Arch {
	return &Arch{
		SeqLen: 5, VocabSize: 4, NumPuzzleIdentifiers: 3, PuzzleEmbNDim: ndim, PuzzleEmbLen: length,
		HiddenSize: 12, PosEncodings: pos,
	}
}

const inputPuzzles = 3

var (
	inputTokens = []int32{0, 1, 1, 3, 1 /**/, 2, 2, 0, 0, 3 /**/, 1, 0, 3, 3, 3}
	inputIDs    = []int32{2, 0, 2}
)

func TestInputForward(t *testing.T) {
	for _, c := range inputCases {
		t.Run(c.name, func(t *testing.T) {
			a := inputArch(c.ndim, c.len, c.pos)
			require.Equal(t, c.prefixWant, a.Prefix())
			e, _ := newInput(t, a)
			positions := a.Positions()
			x := Normals(rand.New(rand.NewPCG(1, 1)), inputPuzzles*positions*12, 1) // all overwritten
			new(scratch[float32]).embed(e, x, inputTokens, inputIDs, inputPuzzles)
			for i, got := range x {
				puzzle, p, ch := i/(positions*12), i/12%positions, i%12
				want := 0.0
				switch flat := p*12 + ch; {
				case p >= a.Prefix():
					tok := inputTokens[puzzle*5+p-a.Prefix()]
					want = float64(e.tokens.Value.Data()[int(tok)*12+ch])
				case flat < c.ndim:
					want = float64(e.puzzles.Row(inputIDs[puzzle])[flat])
				}
				if c.pos == PosLearned {
					want = (want + float64(e.positions.Value.Data()[p*12+ch])) / math.Sqrt2
				}
				require.InDelta(t, want*math.Sqrt(12), got, 1e-5, "number %d", i)
			}
		})
	}
}

func TestInputGradients(t *testing.T) {
	for _, c := range inputCases {
		t.Run(c.name, func(t *testing.T) {
			EachLevel(t, func(t *testing.T) {
				a := inputArch(c.ndim, c.len, c.pos)
				e, ps := newInput(t, a)
				rng := rand.New(rand.NewPCG(2, 1))
				p := Normals(rng, inputPuzzles*a.Positions()*12, 1)
				x := make([]float32, len(p))
				f := func() float64 {
					new(scratch[float32]).embed(e, x, inputTokens, inputIDs, inputPuzzles)
					return Project(p, x)
				}
				grad, perPuzzle := ps.NewVector(), Normals(rng, inputPuzzles*c.ndim, 1)
				new(scratch[float32]).embedBackward(e, grad, perPuzzle, slices.Clone(p), inputTokens, inputPuzzles)
				vars := weights(ps, grad)
				if e.puzzles != nil {
					// Two puzzles share a row: its gradient is the sum.
					table := make([]float32, len(e.puzzles.Weights))
					for i, id := range inputIDs {
						for j := range c.ndim {
							table[int(id)*c.ndim+j] += perPuzzle[i*c.ndim+j]
						}
					}
					vars = append(vars, Variable{"puzzle table", e.puzzles.Weights, table})
				}
				CheckElements(t, f, LayerTolerance, vars...)
				checkAccumulation(t, grad, grad,
					func(grad []float32) {
						new(scratch[float32]).embedBackward(e, grad, perPuzzle, slices.Clone(p), inputTokens, inputPuzzles)
					},
					func(grad []float32) {
						new(scratch[float32]).embedBackward(e, grad, perPuzzle, slices.Clone(p), inputTokens, inputPuzzles)
					})
			})
		})
	}
}

// newInput returns embeddings with a puzzle table that is not zero.
func newInput(t *testing.T, a *Arch) (*embedding, *Params) {
	var ps Params
	e := newEmbedding(&ps, a)
	built(t, &ps)
	if e.puzzles != nil {
		copy(e.puzzles.Weights, Normals(rand.New(rand.NewPCG(9, 9)), len(e.puzzles.Weights), 0.3))
	}
	return e, &ps
}

func TestNewPuzzleTableIsZero(t *testing.T) {
	e := newEmbedding(new(Params), inputArch(5, 0, PosNone)).puzzles
	require.Equal(t, make([]float32, 15), e.Weights)
	e.Row(1)[4] = 7
	require.Equal(t, float32(7), e.Weights[9])
	require.Len(t, e.Row(2), 5)
}

// signSGD is the rule in float64, one identifier at a time.
func signSGD(w []float32, dim int, ids []int32, grads []float32, lr, decay float64) []float32 {
	sums := map[int32][]float64{}
	for i, id := range ids {
		if sums[id] == nil {
			sums[id] = make([]float64, dim)
		}
		for j := range dim {
			sums[id][j] += float64(grads[i*dim+j])
		}
	}
	out := slices.Clone(w)
	for id, sum := range sums {
		for j, g := range sum {
			p := float64(w[int(id)*dim+j]) * (1 - lr*decay)
			if g != 0 {
				p -= lr * math.Copysign(1, g)
			}
			out[int(id)*dim+j] = float32(p)
		}
	}
	return out
}

func TestSignSGD(t *testing.T) {
	const rows, dim = 6, 7
	for _, c := range []struct {
		name      string
		ids       []int32
		lr, decay float64
	}{
		{"one", []int32{4}, 0.25, 0.5},
		{"different", []int32{3, 0, 5}, 0.01, 1},
		{"repeated", []int32{2, 2, 2}, 0.125, 0.25},
		{"repeated between others", []int32{1, 5, 1, 0, 5, 1}, 0.0625, 0.1},
		{"no decay", []int32{0, 1}, 0.5, 0},
		{"none", nil, 0.5, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(4, 4))
			e := &SparseEmbedding{Weights: Normals(rng, rows*dim, 1), IDs: rows, Dim: dim}
			grads := Normals(rng, len(c.ids)*dim, 1)
			if len(grads) > 0 {
				grads[0] = 0
			}
			want := signSGD(e.Weights, dim, c.ids, grads, c.lr, c.decay)
			e.SignSGD(c.ids, grads, float32(c.lr), float32(c.decay), make([]float32, dim))
			require.InDeltaSlice(t, want, e.Weights, 1e-6)
		})
	}
}

// Gradients that cancel leave the decay alone, and a NaN is not lost.
func TestSignSGDSpecialSums(t *testing.T) {
	e := &SparseEmbedding{Weights: []float32{1, 2, 3, 4, 5, 6}, IDs: 2, Dim: 3}
	nan := float32(math.NaN())
	e.SignSGD([]int32{1, 1}, []float32{2, nan, 1, -2, 1, 1}, 0.5, 0.5, make([]float32, 3))
	require.Equal(t, []float32{1, 2, 3, 3}, e.Weights[:4])
	require.True(t, math.IsNaN(float64(e.Weights[4])))
	require.Equal(t, float32(4), e.Weights[5])
}
