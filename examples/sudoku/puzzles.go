package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"

	"github.com/rereadml/reread/data"
)

// readCSVs reads the puzzles of several files.
func readCSVs(paths ...string) ([]data.Sudoku, error) {
	var all []data.Sudoku
	for _, path := range paths {
		puzzles, err := data.OpenSudokuCSV(path)
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

// writeCSV writes puzzles to a new file.
func writeCSV(path string, puzzles []data.Sudoku) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := data.WriteSudokuCSV(f, puzzles); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// spread returns n of the puzzles at even distances: files are often sorted,
// so that their beginning would not stand for the whole. 0 means all.
func spread(puzzles []data.Sudoku, n int) []data.Sudoku {
	if n == 0 || n >= len(puzzles) {
		return puzzles
	}
	some := make([]data.Sudoku, n)
	for i := range some {
		some[i] = puzzles[i*len(puzzles)/n]
	}
	return some
}

// digest tells sets of puzzles apart.
func digest(puzzles []data.Sudoku) string {
	h := sha256.New()
	for i := range puzzles {
		h.Write(puzzles[i].Puzzle[:])
		h.Write(puzzles[i].Solution[:])
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
