package main

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/command"
)

// openRows opens the puzzles that a run is to learn from or to be held against:
// CSV files and data set folders.
func openRows(paths ...string) (*data.Set, error) {
	set, err := sudoku.Open(paths...)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return set, nil
}

// digest tells sets of puzzles apart by their questions and answers. Ratings are
// no part of it, unlike in the digests of package eval: training does not see
// them, so that a run can be resumed with puzzles that were rated meanwhile.
func digest(rows data.Rows) (string, error) {
	h := sha256.New()
	var inputs, labels [sudoku.Cells]int32
	for i := range rows.Len() {
		if _, err := rows.Row(i, nil, inputs[:], labels[:]); err != nil {
			return "", err
		}
		h.Write(digits(&inputs))
		h.Write(digits(&labels))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// digits returns the digits of tokens, 0 for a blank.
func digits(tokens *[sudoku.Cells]int32) []byte {
	out := make([]byte, sudoku.Cells)
	for c, t := range tokens {
		out[c] = byte(t - 1)
	}
	return out
}
