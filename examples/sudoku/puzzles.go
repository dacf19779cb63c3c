package main

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/rereadml/reread/data/sudoku"
)

// openRows reads the puzzles of several files, to learn from or to be held
// against.
func openRows(paths ...string) ([]sudoku.Puzzle, error) {
	var all []sudoku.Puzzle
	for _, path := range paths {
		puzzles, err := sudoku.LoadCSV(path)
		if err != nil {
			return nil, &inputError{err}
		}
		if len(puzzles) == 0 {
			return nil, badInput("%s: no puzzles", path)
		}
		all = append(all, puzzles...)
	}
	return all, nil
}

// spread returns n of the puzzles at even distances: files are often sorted,
// so that their beginning would not stand for the whole. 0 means all.
func spread(puzzles []sudoku.Puzzle, n int) []sudoku.Puzzle {
	if n == 0 || n >= len(puzzles) {
		return puzzles
	}
	some := make([]sudoku.Puzzle, n)
	for i := range some {
		some[i] = puzzles[i*len(puzzles)/n]
	}
	return some
}

// digest tells sets of puzzles apart.
func digest(puzzles []sudoku.Puzzle) string {
	h := sha256.New()
	for i := range puzzles {
		h.Write(puzzles[i].Question[:])
		h.Write(puzzles[i].Solution[:])
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
