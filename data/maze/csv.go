package maze

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/puzzlecsv"
)

// LoadCSV reads a file of mazes. See [ReadCSV].
func LoadCSV(path string) ([]Puzzle, error) {
	var c collector
	return c.result(puzzlecsv.Load(path, c.add))
}

// ReadCSV reads mazes in the format of Maze-Hard: the header
// source,question,answer,rating, then one puzzle a line, with the characters of
// [Parse] for question and answer but no line ends, so that they must be squares. The
// columns can stand in any order, and source and rating can be missing. Fields may be
// quoted; empty lines are skipped. Data that begin as gzip are decompressed, and text
// with the byte order mark of UTF-16 is converted.
//
// Every row is checked: the answer must be the question with a shortest path marked,
// the rating a non-negative integer or empty. The first fault ends reading, and the
// error names name and line. The input is streamed: memory is taken only for good
// rows. A line has up to 4096 bytes, which is enough for 45 x 45 cells.
func ReadCSV(r io.Reader, name string) ([]Puzzle, error) {
	var c collector
	return c.result(puzzlecsv.Read(r, name, c.add))
}

// collector gathers the puzzles of a file.
type collector struct{ puzzles []Puzzle }

func (c *collector) add(row puzzlecsv.Row) error {
	p := Puzzle{Source: row.Source, Rating: row.Rating}
	var err error
	if p.Question, err = parseSquare(row.Question); err != nil {
		return fmt.Errorf("question: %w", err)
	}
	if p.Solution, err = parseSquare(row.Answer); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if err := p.check(); err != nil {
		return err
	}
	c.puzzles = append(c.puzzles, p)
	return nil
}

// result returns the puzzles, or the error that ended reading.
func (c *collector) result(err error) ([]Puzzle, error) {
	if err != nil {
		return nil, fmt.Errorf("maze: %w", err)
	}
	return c.puzzles, nil
}

func parseSquare(text []byte) (Grid, error) {
	s, err := squareOf(len(text))
	if err != nil {
		return Grid{}, err
	}
	return parse(s, text)
}

// SaveCSV creates or replaces a file of mazes in one step. See [WriteCSV].
func SaveCSV(path string, puzzles []Puzzle) error {
	err := atomicfile.Write(path, func(w io.Writer) error { return WriteCSV(w, puzzles) })
	if err != nil {
		return fmt.Errorf("maze: %s: %w", path, err)
	}
	return nil
}

// WriteCSV writes mazes in the format that [ReadCSV] reads, and checks them by the
// same rules: those that are not squares are an error. No rating is written as an
// empty field.
func WriteCSV(w io.Writer, puzzles []Puzzle) error {
	out := puzzlecsv.NewWriter(w)
	for i := range puzzles {
		if err := writePuzzle(out, &puzzles[i]); err != nil {
			return fmt.Errorf("maze: write puzzle %d: %w", i, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("maze: write puzzles: %w", err)
	}
	return nil
}

func writePuzzle(out *puzzlecsv.Writer, p *Puzzle) error {
	if err := p.check(); err != nil {
		return err
	}
	if s := p.Question.Shape; s.Height != s.Width {
		return fmt.Errorf("%v cells are no square", s)
	}
	return out.Write(puzzlecsv.Row{
		Source:   p.Source,
		Question: p.Question.appendTo(nil),
		Answer:   p.Solution.appendTo(nil),
		Rating:   p.Rating,
	})
}
