package data

import (
	"fmt"
	"math/rand/v2"
)

// Rows is an indexed set of puzzles, as training and evaluation see it.
// Implementations are safe for concurrent reads, with an rng for each reader.
type Rows interface {
	// Len is the number of draws in one epoch: rows, or groups of a [Folder].
	Len() int
	// SeqLen is the number of tokens of a row.
	SeqLen() int
	// VocabSize is the number of tokens; inputs and labels are below it.
	VocabSize() int
	// NumPuzzleIDs is the size of the puzzle-embedding table; identifiers are
	// below it.
	NumPuzzleIDs() int
	// Row writes row i into inputs and labels, SeqLen elements each, and returns
	// its puzzle identifier. Labels that do not count are [IgnoreLabel]. rng drives
	// augmentation and the choice within a group; nil means neither: the row as
	// stored, or the first example of the group.
	Row(i int, rng *rand.Rand, inputs, labels []int32) (puzzleID int32, err error)
}

// checkRow reports an index or lengths that do not fit the rows.
func checkRow(r Rows, i int, inputs, labels []int32) error {
	if i < 0 || i >= r.Len() {
		return fmt.Errorf("data: row %d of %d", i, r.Len())
	}
	if n := r.SeqLen(); len(inputs) != n || len(labels) != n {
		return fmt.Errorf("data: room for %d inputs and %d labels, want %d", len(inputs), len(labels), n)
	}
	return nil
}

// SudokuRows are puzzles as [Rows]: the inputs are the tokens of the puzzle, the
// labels those of the whole solution, givens included. There is one puzzle
// identifier, 0.
type SudokuRows struct {
	Puzzles []Sudoku
	// Augment applies a [RandomSymmetry] to each row that is drawn with an rng.
	Augment bool
}

var _ Rows = SudokuRows{}

// Len returns the number of puzzles.
func (r SudokuRows) Len() int { return len(r.Puzzles) }

// SeqLen returns 81.
func (r SudokuRows) SeqLen() int { return SudokuCells }

// VocabSize returns 11.
func (r SudokuRows) VocabSize() int { return SudokuVocab }

// NumPuzzleIDs returns 1.
func (r SudokuRows) NumPuzzleIDs() int { return 1 }

// Row implements [Rows]. It does not allocate.
func (r SudokuRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if i < 0 || i >= len(r.Puzzles) || len(inputs) != SudokuCells || len(labels) != SudokuCells {
		// Kept apart because handing r to it as a Rows allocates.
		return 0, checkRow(r, i, inputs, labels)
	}
	s := &r.Puzzles[i]
	if rng == nil || !r.Augment {
		s.Puzzle.tokens(inputs)
		s.Solution.tokens(labels)
		return 0, nil
	}
	sym := RandomSymmetry(rng)
	var g Grid
	sym.apply(&g, &s.Puzzle)
	g.tokens(inputs)
	sym.apply(&g, &s.Solution)
	g.tokens(labels)
	return 0, nil
}

// groupRows draws one example of a group.
type groupRows struct{ *Folder }

// Groups returns the folder as [Rows] for training: a row is a group, drawn as
// one of its puzzles and one of the examples of that, each with equal probability.
// It reads from f, which must stay open.
func (f *Folder) Groups() Rows { return groupRows{f} }

func (r groupRows) Len() int { return len(r.groups) - 1 }

func (r groupRows) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := checkRow(r, i, inputs, labels); err != nil {
		return 0, err
	}
	example, puzzle := r.drawExample(i, rng)
	return r.ids[puzzle], r.readExample(example, inputs, labels)
}

// drawExample chooses an example of a group, which has at least one.
func (f *Folder) drawExample(group int, rng *rand.Rand) (example, puzzle int) {
	from, n := f.groups[group], f.groups[group+1]-f.groups[group]
	puzzle = int(from)
	if rng != nil {
		puzzle += rng.IntN(int(n))
	}
	// Puzzles without examples are passed over.
	for f.puzzles[puzzle] == f.puzzles[puzzle+1] {
		if puzzle++; puzzle == int(from+n) {
			puzzle = int(from)
		}
	}
	example = int(f.puzzles[puzzle])
	if m := int(f.puzzles[puzzle+1]) - example; rng != nil && m > 1 {
		example += rng.IntN(m)
	}
	return example, puzzle
}

// exampleRows walks all examples.
type exampleRows struct{ *Folder }

// Examples returns the folder as [Rows] for evaluation: every example in the
// order of the files, without any choice, so that rng is not used. It reads from
// f, which must stay open.
func (f *Folder) Examples() Rows { return exampleRows{f} }

func (r exampleRows) Len() int { return r.NumExamples() }

func (r exampleRows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if err := checkRow(r, i, inputs, labels); err != nil {
		return 0, err
	}
	return r.ids[r.puzzleOf(i)], r.readExample(i, inputs, labels)
}
