package sudoku

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/puzzlecsv"
)

// SaveCSV creates or replaces a puzzle file in one step. See [WriteCSV].
func SaveCSV(path string, puzzles []Puzzle) error {
	err := atomicfile.Write(path, func(w io.Writer) error { return WriteCSV(w, puzzles) })
	if err != nil {
		return fmt.Errorf("sudoku: %s: %w", path, err)
	}
	return nil
}

// WriteCSV writes puzzles in the format that [ReadCSV] reads, and checks them by the
// same rules. Blanks are written as '.', no rating as an empty field.
func WriteCSV(w io.Writer, puzzles []Puzzle) error {
	out := puzzlecsv.NewWriter(w)
	var row puzzlecsv.Row
	for i := range puzzles {
		p := &puzzles[i]
		row = puzzlecsv.Row{
			Source:   p.Source,
			Question: p.Question.appendTo(row.Question[:0]),
			Answer:   p.Solution.appendTo(row.Answer[:0]),
			Rating:   p.Rating,
		}
		err := p.check()
		if err == nil {
			err = out.Write(row)
		}
		if err != nil {
			return fmt.Errorf("sudoku: write puzzle %d: %w", i, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("sudoku: write puzzles: %w", err)
	}
	return nil
}
