package nn

import (
	"math"
	"slices"

	"github.com/rereadml/reread/internal/simd"
)

// Input embeds a puzzle: the rows of its puzzle embedding in front, then the
// embedding of each cell's token, with learned positions (e + pos)/sqrt 2, all
// times sqrt(D).
type Input struct {
	Tokens    *Param           // [V, D]
	Positions *Param           // [L, D], or nil
	Puzzles   *SparseEmbedding // or nil

	prefix, cells, d int
	scale            float32
}

// NewInput registers the embeddings of an architecture.
func NewInput(ps *Params, a *Arch) *Input {
	e := &Input{prefix: a.Prefix(), cells: a.SeqLen, d: a.HiddenSize, scale: float32(math.Sqrt(float64(a.HiddenSize)))}
	std := 1 / math.Sqrt(float64(a.HiddenSize))
	e.Tokens = ps.Add("embed_tokens.embedding_weight", initStd(std), a.VocabSize, a.HiddenSize)
	if a.PosEncodings == PosLearned {
		e.Positions = ps.Add("embed_pos.embedding_weight", initStd(std), a.Positions(), a.HiddenSize)
		e.scale *= float32(1 / math.Sqrt2)
	}
	if a.PuzzleEmbNDim > 0 {
		e.Puzzles = NewSparseEmbedding(a.NumPuzzleIdentifiers, a.PuzzleEmbNDim)
	}
	return e
}

// Embed stores the embedding of n puzzles in x [n, L, D], from their tokens
// [n, S] and puzzle identifiers [n].
func (s *Scratch[T]) Embed(e *Input, x []T, tokens, puzzles []int32, n int) {
	size := (e.prefix + e.cells) * e.d
	table := e.Tokens.Value.Data()
	for i := range n {
		xi, wide := x[i*size:(i+1)*size], grow(&s.wide, size)
		head := wide[:e.prefix*e.d]
		clear(head)
		if e.Puzzles != nil {
			copy(head, e.Puzzles.Row(puzzles[i]))
		}
		for c, tok := range tokens[i*e.cells:][:e.cells] {
			copy(wide[(e.prefix+c)*e.d:][:e.d], table[int(tok)*e.d:])
		}
		simd.Convert(xi, wide) // the embeddings have the precision of T
		simd.Convert(wide, xi)
		if e.Positions != nil {
			simd.Add(wide, wide, e.Positions.Value.Data())
		}
		simd.Scale(wide, roundTo[T](e.scale))
		simd.Convert(xi, wide)
	}
}

// EmbedBackward adds the gradients of the embeddings, whose outputs have the
// gradient dx, to grad and stores those of each puzzle's embedding row in
// dPuzzles [n, ndim].
func (s *Scratch[T]) EmbedBackward(e *Input, grad, dPuzzles []float32, dx []T, tokens []int32, n int) {
	size := (e.prefix + e.cells) * e.d
	table := e.Tokens.In(grad)
	for i := range n {
		wide := grow(&s.wide, size)
		simd.Convert(wide, dx[i*size:(i+1)*size])
		simd.Scale(wide, roundTo[T](e.scale))
		if e.Puzzles != nil {
			copy(dPuzzles[i*e.Puzzles.Dim:][:e.Puzzles.Dim], wide)
		}
		if e.Positions != nil {
			pos := e.Positions.In(grad)
			simd.Add(pos, pos, wide)
		}
		for c, tok := range tokens[i*e.cells:][:e.cells] {
			row := table[int(tok)*e.d:][:e.d]
			simd.Add(row, row, wide[(e.prefix+c)*e.d:][:e.d])
		}
	}
}

// SparseEmbedding is the table of puzzle embeddings. It is no parameter: only
// the rows of a batch's puzzles are trained, by [SparseEmbedding.SignSGD].
type SparseEmbedding struct {
	Weights []float32 // [IDs, Dim], zero at first
	IDs     int
	Dim     int
}

// NewSparseEmbedding returns a table of zeros.
func NewSparseEmbedding(ids, dim int) *SparseEmbedding {
	return &SparseEmbedding{Weights: make([]float32, ids*dim), IDs: ids, Dim: dim}
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
