package nn

import (
	"math"
	"math/bits"
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

// eachInput runs a test of every layout on tokens and on sets.
func eachInput(t *testing.T, test func(t *testing.T, a *Arch, inputs []int32)) {
	for _, c := range inputCases {
		t.Run(c.name, func(t *testing.T) {
			a := inputArch(c.ndim, c.len, c.pos)
			require.Equal(t, c.prefixWant, a.Prefix())
			t.Run("tokens", func(t *testing.T) { test(t, a, inputTokens) })
			sets := *a
			sets.Inputs = InputSets
			t.Run("sets", func(t *testing.T) { test(t, &sets, inputSets) })
		})
	}
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
	// Sets of one token to all four, as bits.
	inputSets = []int32{1, 2, 15, 8, 2 /**/, 3, 12, 4, 9, 15 /**/, 7, 14, 11, 13, 6}
	inputIDs  = []int32{2, 0, 2}
)

// cellReference is the embedding of a cell's input, number by number.
func cellReference(e *embedding, a *Arch, input int32, channel int) float64 {
	number := func(token int) float64 { return float64(e.tokens.Value.Data()[token*a.HiddenSize+channel]) }
	if a.Inputs == "" {
		return number(int(input))
	}
	sum, size := 0.0, 0.0
	for token := range a.VocabSize {
		if input>>token&1 == 1 {
			sum += number(token)
			size++
		}
	}
	return sum / math.Sqrt(size)
}

func TestInputForward(t *testing.T) {
	eachInput(t, func(t *testing.T, a *Arch, inputs []int32) {
		EachLevel(t, func(t *testing.T) {
			e, _ := newInput(t, a)
			positions := a.Positions()
			x := Normals(rand.New(rand.NewPCG(1, 1)), inputPuzzles*positions*12, 1) // all overwritten
			new(scratch[float32]).embed(e, x, inputs, inputIDs, inputPuzzles)
			for i, got := range x {
				puzzle, p, ch := i/(positions*12), i/12%positions, i%12
				want := 0.0
				switch flat := p*12 + ch; {
				case p >= a.Prefix():
					want = cellReference(e, a, inputs[puzzle*5+p-a.Prefix()], ch)
				case flat < a.PuzzleEmbNDim:
					want = float64(e.puzzles.Row(inputIDs[puzzle])[flat])
				}
				if a.PosEncodings == PosLearned {
					want = (want + float64(e.positions.Value.Data()[p*12+ch])) / math.Sqrt2
				}
				require.InDelta(t, want*math.Sqrt(12), got, 1e-5, "number %d", i)
			}
		})
	})
}

// A set of one token is that token.
func TestSetsOfOneAreTokens(t *testing.T) {
	a := inputArch(17, 3, PosLearned)
	e, _ := newInput(t, a)
	sets := *e
	sets.sets = true
	var single []int32
	for _, token := range inputTokens {
		single = append(single, 1<<token)
	}
	size := inputPuzzles * a.Positions() * 12
	want, got := make([]float32, size), make([]float32, size)
	new(scratch[float32]).embed(e, want, inputTokens, inputIDs, inputPuzzles)
	new(scratch[float32]).embed(&sets, got, single, inputIDs, inputPuzzles)
	require.Equal(t, want, got)
}

func TestInputGradients(t *testing.T) {
	eachInput(t, func(t *testing.T, a *Arch, inputs []int32) {
		EachLevel(t, func(t *testing.T) {
			e, ps := newInput(t, a)
			ndim := a.PuzzleEmbNDim
			rng := rand.New(rand.NewPCG(2, 1))
			p := Normals(rng, inputPuzzles*a.Positions()*12, 1)
			x := make([]float32, len(p))
			f := func() float64 {
				new(scratch[float32]).embed(e, x, inputs, inputIDs, inputPuzzles)
				return Project(p, x)
			}
			grad, perPuzzle := ps.NewVector(), Normals(rng, inputPuzzles*ndim, 1)
			backward := func(grad []float32) {
				new(scratch[float32]).embedBackward(e, grad, perPuzzle, slices.Clone(p), inputs, inputPuzzles)
			}
			backward(grad)
			vars := weights(ps, grad)
			if e.puzzles != nil {
				// Two puzzles share a row: its gradient is the sum.
				table := make([]float32, len(e.puzzles.Weights))
				for i, id := range inputIDs {
					for j := range ndim {
						table[int(id)*ndim+j] += perPuzzle[i*ndim+j]
					}
				}
				vars = append(vars, Variable{"puzzle table", e.puzzles.Weights, table})
			}
			CheckElements(t, f, LayerTolerance, vars...)
			checkAccumulation(t, grad, grad, backward, backward)
			requireTokenGradient(t, a, p, inputs, e.tokens.In(grad))
		})
	})
}

// requireTokenGradient compares the table's gradient with what each cell gives
// to each token, given the gradient dx of the embeddings.
func requireTokenGradient(t *testing.T, a *Arch, dx []float32, inputs []int32, got []float32) {
	t.Helper()
	scale := math.Sqrt(float64(a.HiddenSize))
	if a.PosEncodings == PosLearned {
		scale /= math.Sqrt2
	}
	want := make([]float64, len(got))
	for i, input := range inputs {
		row := dx[(i/a.SeqLen*a.Positions()+a.Prefix()+i%a.SeqLen)*a.HiddenSize:]
		for token := range a.VocabSize {
			share := 0.0
			switch {
			case a.Inputs == "" && int(input) == token:
				share = 1
			case a.Inputs == InputSets && input>>token&1 == 1:
				share = 1 / math.Sqrt(float64(bits.OnesCount32(uint32(input))))
			}
			for c := range a.HiddenSize {
				want[token*a.HiddenSize+c] += share * scale * float64(row[c])
			}
		}
	}
	require.InDeltaSlice(t, want, got, 2e-5)
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
