package maze

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data"
)

// Rows are mazes of one shape as [data.Rows]: the inputs are the tokens of the
// question, the labels those of the whole solution, walls included. There is one
// puzzle identifier, 0.
type Rows struct {
	shape   Shape
	puzzles []Puzzle
}

var (
	_ data.Rows  = (*Rows)(nil)
	_ data.Rated = (*Rows)(nil)
)

// NewRows returns rows of puzzles, which must not change afterwards. A puzzle of
// another shape, and one whose solution does not solve it, are errors.
func NewRows(s Shape, puzzles []Puzzle) (*Rows, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	for i := range puzzles {
		p := &puzzles[i]
		if p.Question.Shape != s {
			return nil, fmt.Errorf("maze: puzzle %d has %v cells, want %v", i, p.Question.Shape, s)
		}
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("maze: puzzle %d: %w", i, err)
		}
	}
	return &Rows{s, puzzles}, nil
}

// Len returns the number of puzzles.
func (r *Rows) Len() int { return len(r.puzzles) }

// SeqLen returns the number of cells.
func (r *Rows) SeqLen() int { return r.shape.Cells() }

// VocabSize returns 6.
func (r *Rows) VocabSize() int { return Vocab }

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

// Rating implements [data.Rated].
func (r *Rows) Rating(i int) int { return r.puzzles[i].Rating }

// Augment returns the rows with a [Shape.RandomSymmetry] applied to each that is
// drawn with an rng, and the image's [Grid.Solve] as labels. The image of the old
// labels would be a shortest path too, but one that is chosen in another way for each
// symmetry, so that a model could not know which is meant. Rows that do not have the
// shape of mazes of s are an error, and so is drawing one that has no solution.
func Augment(s Shape, rows data.Rows) (data.Rows, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if err := s.checkRows(rows); err != nil {
		return nil, fmt.Errorf("maze: augment: %w", err)
	}
	return augmented{rows, s}, nil
}

// checkRows reports rows that cannot be mazes of the shape.
func (s Shape) checkRows(rows data.Rows) error {
	if rows.SeqLen() != s.Cells() || rows.VocabSize() != Vocab {
		return fmt.Errorf("rows of %d tokens out of %d are not mazes of %v, which have %d out of %d",
			rows.SeqLen(), rows.VocabSize(), s, s.Cells(), Vocab)
	}
	return nil
}

type augmented struct {
	data.Rows
	shape Shape
}

func (r augmented) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	id, err := r.Rows.Row(i, rng, inputs, labels)
	if err != nil || rng == nil {
		return id, err
	}
	if err := r.turn(r.shape.RandomSymmetry(rng), inputs, labels); err != nil {
		return id, fmt.Errorf("maze: augment row %d: %w", i, err)
	}
	return id, nil
}

func (r augmented) turn(d Dihedral, inputs, labels []int32) error {
	maze, err := FromTokens(r.shape, inputs)
	if err != nil {
		return err
	}
	image := d.apply(maze)
	solution, _, err := image.Solve()
	if err != nil {
		return err
	}
	image.AppendTokens(inputs[:0])
	solution.AppendTokens(labels[:0])
	return nil
}
