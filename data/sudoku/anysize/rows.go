package anysize

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// BlankToken is the token of a blank cell; value v has token BlankToken + v.
const BlankToken = 1

// AppendTokens appends the tokens of the cells to dst.
func (g Grid) AppendTokens(dst []int32) []int32 {
	for _, v := range g.Values {
		dst = append(dst, BlankToken+int32(v))
	}
	return dst
}

// FromTokens reads the grid that tokens stand for, such as a model's answer.
// Padding, which a model is free to answer, becomes a blank cell. Another number of
// tokens, or one that is not in the vocabulary, is an error that says where.
func FromTokens(b Boxes, tokens []int32) (Grid, error) {
	if err := b.Check(); err != nil {
		return Grid{}, err
	}
	if len(tokens) != b.Cells() {
		return Grid{}, fmt.Errorf("anysize: %d tokens, boxes of %v want %d", len(tokens), b, b.Cells())
	}
	g := Grid{b, make([]uint8, len(tokens))}
	for cell, t := range tokens {
		if t < 0 || int(t) >= b.Vocab() {
			row, column, _ := b.Units(cell)
			return Grid{}, fmt.Errorf("anysize: token %d in row %d, column %d, want 0 to %d", t, row+1, column+1, b.Vocab()-1)
		}
		g.Values[cell] = uint8(max(t, BlankToken) - BlankToken)
	}
	return g, nil
}

// Keeps reports whether a row's answer is a solved grid that keeps the givens of its
// inputs. Padding counts as blank; what is not the tokens of a grid keeps no rules.
func (b Boxes) Keeps(inputs, answer []int32) bool {
	puzzle, err := FromTokens(b, inputs)
	if err != nil {
		return false
	}
	grid, err := FromTokens(b, answer)
	return err == nil && grid.Solves(puzzle)
}

// Puzzle is a Sudoku with its solution.
type Puzzle struct {
	Question, Solution Grid
}

// Rows are puzzles of one shape as [data.Rows]: the inputs are the tokens of the
// question, the labels those of the whole solution, givens included. There is one
// puzzle identifier, 0.
type Rows struct {
	boxes   Boxes
	puzzles []Puzzle
}

var _ data.Rows = (*Rows)(nil)

// NewRows returns rows of puzzles, which must not change afterwards. A puzzle of
// another shape, and one whose solution does not solve it, are errors.
func NewRows(b Boxes, puzzles []Puzzle) (*Rows, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	for i, p := range puzzles {
		if p.Question.Boxes != b {
			return nil, fmt.Errorf("anysize: puzzle %d has boxes of %v, want %v", i, p.Question.Boxes, b)
		}
		if !p.Solution.Solves(p.Question) {
			return nil, fmt.Errorf("anysize: puzzle %d is not solved by its solution", i)
		}
	}
	return &Rows{b, puzzles}, nil
}

// Len returns the number of puzzles.
func (r *Rows) Len() int { return len(r.puzzles) }

// SeqLen returns the number of cells.
func (r *Rows) SeqLen() int { return r.boxes.Cells() }

// VocabSize returns the number of tokens.
func (r *Rows) VocabSize() int { return r.boxes.Vocab() }

// NumPuzzleIDs returns 1.
func (r *Rows) NumPuzzleIDs() int { return 1 }

// Row implements [data.Rows]; rng is not used. It does not allocate.
func (r *Rows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := data.CheckRow(i, r.Len(), r.SeqLen(), inputs, labels); err != nil {
		return 0, err
	}
	r.puzzles[i].Question.AppendTokens(inputs[:0])
	r.puzzles[i].Solution.AppendTokens(labels[:0])
	return 0, nil
}
