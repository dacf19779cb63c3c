package sudoku

import (
	"bufio"
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/puzzlecsv"
)

// LoadCSV reads a puzzle file. See [ReadCSV].
func LoadCSV(path string) ([]Puzzle, error) {
	var c collector
	return c.result(puzzlecsv.Load(path, c.add))
}

// ReadCSV reads puzzles in the format of Sudoku-Extreme: the header
// source,question,answer,rating, then one puzzle a line, with 81 characters for
// question and answer. The columns can stand in any order, and source and rating
// can be missing. Fields may be quoted; empty lines are skipped. Data that begin as
// gzip are decompressed, and text with the byte order mark of UTF-16 is converted.
//
// Every row is checked: the answer must be a solved grid that keeps the givens,
// the rating a non-negative integer or empty. That the puzzle has no other solution
// is not checked; see [Solver.Count]. The first fault ends reading, and the error
// names name and line. The input is streamed: memory is taken only for good rows.
func ReadCSV(r io.Reader, name string) ([]Puzzle, error) {
	var c collector
	return c.result(puzzlecsv.Read(r, name, c.add))
}

// readCSV is [ReadCSV] for text that can be peeked at.
func readCSV(in *bufio.Reader, name string) ([]Puzzle, error) {
	var c collector
	return c.result(puzzlecsv.ReadText(in, name, c.add))
}

// collector gathers the puzzles of a file.
type collector struct{ puzzles []Puzzle }

func (c *collector) add(row puzzlecsv.Row) error {
	c.puzzles = append(c.puzzles, Puzzle{Source: row.Source, Rating: row.Rating})
	p := &c.puzzles[len(c.puzzles)-1]
	if err := parseGrid(&p.Question, row.Question); err != nil {
		return fmt.Errorf("question: %w", err)
	}
	if err := parseGrid(&p.Solution, row.Answer); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return p.check()
}

// result returns the puzzles, or the error that ended reading.
func (c *collector) result(err error) ([]Puzzle, error) {
	if err != nil {
		return nil, fmt.Errorf("sudoku: %w", err)
	}
	return c.puzzles, nil
}
