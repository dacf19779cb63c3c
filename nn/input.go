package nn

import (
	"math"
	"math/bits"
	"slices"

	"github.com/rereadml/reread/internal/simd"
)

// embedding embeds a puzzle: the rows of its puzzle embedding in front, then the
// embedding of each cell's input, with learned positions (e + pos)/sqrt 2, all
// times sqrt(D). That of a token is its row of the table, that of a set of k
// candidates the sum of their rows over sqrt(k), which keeps its size. With
// values, each value of a cell has one of three rows; see [valueRow].
type embedding struct {
	tokens    *Param           // [V, D], or [3, D] with values
	positions *Param           // [L, D], or nil
	puzzles   *SparseEmbedding // or nil
	sets      bool             // inputs are sets of candidates

	values, first    int // values of a cell, 0: none; and the token of the first
	prefix, cells, d int
	scale            float32
}

// newEmbedding registers the embeddings of an architecture.
func newEmbedding(ps *Params, a *Arch) *embedding {
	e := &embedding{
		sets: a.Inputs == InputSets, values: a.Values, first: a.FirstValue, prefix: a.Prefix(), cells: a.SeqLen, d: a.HiddenSize,
		scale: float32(math.Sqrt(float64(a.HiddenSize))),
	}
	std := 1 / math.Sqrt(float64(a.HiddenSize))
	if e.values > 0 {
		e.tokens = ps.add("embed_values.embedding_weight", initStd(std), 3, a.HiddenSize)
		return e
	}
	e.tokens = ps.add("embed_tokens.embedding_weight", initStd(std), a.VocabSize, a.HiddenSize)
	if a.PosEncodings == PosLearned {
		e.positions = ps.add("embed_pos.embedding_weight", initStd(std), a.Positions(), a.HiddenSize)
		e.scale *= float32(1 / math.Sqrt2)
	}
	if a.PuzzleEmbNDim > 0 {
		e.puzzles = &SparseEmbedding{
			Weights: make([]float32, a.NumPuzzleIdentifiers*a.PuzzleEmbNDim), IDs: a.NumPuzzleIdentifiers, Dim: a.PuzzleEmbNDim,
		}
	}
	return e
}

// size returns the numbers of a puzzle's embedding.
func (e *embedding) size() int { return max((e.prefix+e.cells)*e.d, e.values*e.cells*e.d) }

// valueRow returns the row of the table for a value v of a cell with some
// input: 0 where the cell is blank, 1 where v is given, 2 where another is.
func (e *embedding) valueRow(v int, input int32) int {
	switch int(input) - e.first {
	case v:
		return 1
	default:
		if int(input) < e.first {
			return 0
		}
		return 2
	}
}

// lookUpAll stores the embeddings of the cells' inputs.
func (e *embedding) lookUpAll(wide []float32, inputs []int32) {
	if e.values == 0 {
		for c, input := range inputs {
			e.lookUp(wide[(e.prefix+c)*e.d:][:e.d], input)
		}
		return
	}
	table := e.tokens.Value.Data()
	for v := range e.values {
		for c, input := range inputs {
			copy(wide[(v*e.cells+c)*e.d:][:e.d], table[e.valueRow(v, input)*e.d:])
		}
	}
}

// learnAll adds the gradients of the cells' embeddings, which it may change, to
// that of the table.
func (e *embedding) learnAll(table, wide []float32, inputs []int32) {
	if e.values == 0 {
		for c, input := range inputs {
			e.learn(table, wide[(e.prefix+c)*e.d:][:e.d], input)
		}
		return
	}
	for v := range e.values {
		for c, input := range inputs {
			to := table[e.valueRow(v, input)*e.d:][:e.d]
			simd.Add(to, to, wide[(v*e.cells+c)*e.d:][:e.d])
		}
	}
}

// lookUp stores the embedding of a cell's input in row [D].
func (e *embedding) lookUp(row []float32, input int32) {
	table := e.tokens.Value.Data()
	if !e.sets {
		copy(row, table[int(input)*e.d:])
		return
	}
	clear(row)
	for set := uint32(input); set != 0; set &= set - 1 {
		simd.Add(row, row, table[bits.TrailingZeros32(set)*e.d:][:e.d])
	}
	simd.Scale(row, setScale(input))
}

// learn adds the gradient of a cell's embedding, which it may change, to that
// of the table.
func (e *embedding) learn(table, row []float32, input int32) {
	if !e.sets {
		to := table[int(input)*e.d:][:e.d]
		simd.Add(to, to, row)
		return
	}
	simd.Scale(row, setScale(input))
	for set := uint32(input); set != 0; set &= set - 1 {
		to := table[bits.TrailingZeros32(set)*e.d:][:e.d]
		simd.Add(to, to, row)
	}
}

func setScale(set int32) float32 {
	return float32(1 / math.Sqrt(float64(bits.OnesCount32(uint32(set)))))
}

// embed stores the embedding of n puzzles in x [n, L, D], from their inputs
// [n, S] and puzzle identifiers [n].
func (s *scratch[T]) embed(e *embedding, x []T, inputs, puzzles []int32, n int) {
	size := e.size()
	for i := range n {
		xi, wide := x[i*size:(i+1)*size], grow(&s.wide, size)
		head := wide[:e.prefix*e.d]
		clear(head)
		if e.puzzles != nil {
			copy(head, e.puzzles.Row(puzzles[i]))
		}
		e.lookUpAll(wide, inputs[i*e.cells:][:e.cells])
		simd.Convert(xi, wide) // the embeddings have the precision of T
		simd.Convert(wide, xi)
		if e.positions != nil {
			simd.Add(wide, wide, e.positions.Value.Data())
		}
		simd.Scale(wide, roundTo[T](e.scale))
		simd.Convert(xi, wide)
	}
}

// embedBackward adds the gradients of the embeddings, whose outputs have the
// gradient dx, to grad unless that is nil, and stores those of each puzzle's
// embedding row in dPuzzles [n, ndim].
func (s *scratch[T]) embedBackward(e *embedding, grad, dPuzzles []float32, dx []T, inputs []int32, n int) {
	size := e.size()
	for i := range n {
		wide := grow(&s.wide, size)
		simd.Convert(wide, dx[i*size:(i+1)*size])
		simd.Scale(wide, roundTo[T](e.scale))
		if e.puzzles != nil {
			copy(dPuzzles[i*e.puzzles.Dim:][:e.puzzles.Dim], wide)
		}
		if grad == nil {
			continue
		}
		if e.positions != nil {
			pos := e.positions.In(grad)
			simd.Add(pos, pos, wide)
		}
		e.learnAll(e.tokens.In(grad), wide, inputs[i*e.cells:][:e.cells])
	}
}

// SparseEmbedding is the table of puzzle embeddings. It is no parameter: only
// the rows of a batch's puzzles are trained, by [SparseEmbedding.SignSGD].
type SparseEmbedding struct {
	Weights []float32 // [IDs, Dim], zero at first
	IDs     int
	Dim     int
}

// Row returns the row of an identifier, shared with the table.
func (e *SparseEmbedding) Row(id int32) []float32 {
	return e.Weights[int(id)*e.Dim:][:e.Dim]
}

// SignSGD updates the rows named by ids [n] from their gradients [n, Dim]: the
// gradients of equal identifiers are summed in order, then p = p·(1 -
// lr·decay) - lr·sign(g). sum is working memory of Dim numbers.
func (e *SparseEmbedding) SignSGD(ids []int32, grads []float32, lr, decay float32, sum []float32) {
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		copy(sum, grads[i*e.Dim:])
		for j := i + 1; j < len(ids); j++ {
			if ids[j] == id {
				simd.Add(sum, sum, grads[j*e.Dim:][:e.Dim])
			}
		}
		row := e.Row(id)
		for j, g := range sum {
			row[j] = row[j]*(1-lr*decay) - lr*sign(g)
		}
	}
}

func sign(x float32) float32 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // zero, or NaN, which must not vanish
}
