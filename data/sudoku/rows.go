package sudoku

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// Rows are puzzles as [data.Rows]: the inputs are the tokens of the question, the
// labels those of the whole solution, givens included. There is one puzzle
// identifier, 0.
type Rows []Puzzle

var (
	_ data.Rows  = Rows{}
	_ data.Rated = Rows{}
)

// Len returns the number of puzzles.
func (r Rows) Len() int { return len(r) }

// SeqLen returns 81.
func (r Rows) SeqLen() int { return Cells }

// VocabSize returns 11.
func (r Rows) VocabSize() int { return Vocab }

// NumPuzzleIDs returns 1.
func (r Rows) NumPuzzleIDs() int { return 1 }

// Row implements [data.Rows]; rng is not used. It does not allocate.
func (r Rows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := data.CheckRow(i, len(r), Cells, inputs, labels); err != nil {
		return 0, err
	}
	r[i].Question.appendTokens(inputs[:0])
	r[i].Solution.appendTokens(labels[:0])
	return 0, nil
}

// Rating implements [data.Rated].
func (r Rows) Rating(i int) int { return r[i].Rating }

// Augment returns the rows with a [RandomSymmetry] applied to each that is drawn
// with an rng, the same to inputs and labels. Rows that do not have the shape of
// Sudokus are an error. Drawing does not allocate more than the rows do.
func Augment(rows data.Rows) (data.Rows, error) {
	if err := checkShape(rows); err != nil {
		return nil, fmt.Errorf("sudoku: augment: %w", err)
	}
	return augmented{rows}, nil
}

// checkShape reports rows that cannot be Sudokus.
func checkShape(rows data.Rows) error {
	if rows.SeqLen() != Cells || rows.VocabSize() != Vocab {
		return fmt.Errorf("rows of %d tokens out of %d are not Sudokus, which have %d out of %d",
			rows.SeqLen(), rows.VocabSize(), Cells, Vocab)
	}
	return nil
}

type augmented struct{ data.Rows }

func (r augmented) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	if err != nil || rng == nil {
		return id, err
	}
	s := RandomSymmetry(rng)
	s.applyTokens(inputs)
	s.applyTokens(labels)
	return id, nil
}
