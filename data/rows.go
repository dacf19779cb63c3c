package data

import (
	"fmt"
	"math/rand/v2"
)

// IgnoreLabel marks a position that neither the loss nor the accuracy counts.
const IgnoreLabel = -100

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

// CheckRow is for implementations of [Rows]: it reports an index that is not one
// of rows, or inputs and labels that do not have seqLen elements.
func CheckRow(i, rows, seqLen int, inputs, labels []int32) error {
	if i < 0 || i >= rows {
		return fmt.Errorf("data: row %d of %d", i, rows)
	}
	if len(inputs) != seqLen || len(labels) != seqLen {
		return fmt.Errorf("data: room for %d inputs and %d labels, want %d", len(inputs), len(labels), seqLen)
	}
	return nil
}
