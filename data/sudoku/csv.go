package sudoku

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/sniff"
	"github.com/rereadml/reread/internal/textfile"
)

// LoadCSV reads a puzzle file. See [ReadCSV].
func LoadCSV(path string) ([]Puzzle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("sudoku: %w", err)
	}
	defer f.Close()
	return ReadCSV(f, path)
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
	in, err := textfile.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("sudoku: %s: %w", name, err)
	}
	return readCSV(in, name)
}

func readCSV(in *bufio.Reader, name string) ([]Puzzle, error) {
	c := csvReader{lineReader: lineReader{in: in}, sources: make(map[string]string)}
	puzzles, err := c.readAll()
	if err != nil {
		return nil, fmt.Errorf("sudoku: %s:%d: %w", name, max(c.line, 1), err)
	}
	return puzzles, nil
}

// csvReader reads puzzle rows.
type csvReader struct {
	lineReader
	columns columns
	fields  [][]byte // of the line
	sources map[string]string
}

func (c *csvReader) readAll() ([]Puzzle, error) {
	if err := c.readHeader(); err != nil {
		return nil, err
	}
	var puzzles []Puzzle
	for {
		line, err := c.next()
		if err == io.EOF {
			return puzzles, nil
		}
		if err != nil {
			return nil, err
		}
		puzzles = append(puzzles, Puzzle{})
		if err := c.parse(&puzzles[len(puzzles)-1], line); err != nil {
			return nil, err
		}
	}
}

func (c *csvReader) readHeader() error {
	// What cannot be peeked at is for next to report, which may also overwrite it.
	head, _ := c.in.Peek(sniff.Length)
	found := sniff.Describe(head)
	line, err := c.next()
	if err == nil {
		c.columns, err = parseHeader(line)
	}
	if err == io.EOF {
		return fmt.Errorf("want the header %s, found %s", csvHeader, found)
	}
	if err != nil {
		return fmt.Errorf("want the header %s, found %s: %w", csvHeader, found, err)
	}
	return nil
}

func (c *csvReader) parse(p *Puzzle, line []byte) (err error) {
	c.fields, err = splitFields(c.fields[:0], line)
	if err != nil {
		return err
	}
	if len(c.fields) != c.columns.count {
		return fmt.Errorf("%d fields, want %d", len(c.fields), c.columns.count)
	}
	if err = parseGrid(&p.Question, c.fields[c.columns.question]); err != nil {
		return fmt.Errorf("question: %w", err)
	}
	if err = parseGrid(&p.Solution, c.fields[c.columns.answer]); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if i := c.columns.source; i >= 0 {
		p.Source = c.source(c.fields[i])
	}
	p.Rating = data.Unrated
	if i := c.columns.rating; i >= 0 {
		if p.Rating, err = parseRating(c.fields[i]); err != nil {
			return err
		}
	}
	return p.check()
}

// source keeps one copy of equal sources.
func (c *csvReader) source(b []byte) string {
	s, ok := c.sources[string(b)]
	if !ok {
		s = string(b)
		c.sources[s] = s
	}
	return s
}

func parseRating(b []byte) (int, error) {
	if len(b) == 0 {
		return data.Unrated, nil
	}
	v := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' || v > math.MaxInt32 {
			v = math.MaxInt64
			break
		}
		v = 10*v + int64(c-'0')
	}
	if v > math.MaxInt32 {
		return 0, fmt.Errorf("rating %.60q is not an integer in 0..%d", b, math.MaxInt32)
	}
	return int(v), nil
}
