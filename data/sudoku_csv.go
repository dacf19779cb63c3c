package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

const (
	sudokuHeader = "source,question,answer,rating"
	// maxCSVLine bounds a line, so that a file without line ends is turned down
	// instead of read into memory.
	maxCSVLine = 4096
	csvBuffer  = 64 << 10
)

// Sudoku is a puzzle with its solution.
type Sudoku struct {
	// Source says where the puzzle comes from.
	Source string
	// Puzzle holds the givens, Solution the full grid.
	Puzzle, Solution Grid
	// Rating is a difficulty: how many guesses a solver needs, 0 for none. In the
	// published files the solver is tdoku; see [Generator] for ours.
	Rating int
}

// check reports why s is no row of a puzzle file.
func (s *Sudoku) check() error {
	if s.Rating < 0 || s.Rating > math.MaxInt32 {
		return fmt.Errorf("rating %d is not in 0..%d", s.Rating, math.MaxInt32)
	}
	if !s.Solution.solved() {
		return errors.New("answer is not a solved grid")
	}
	if !s.Solution.extends(&s.Puzzle) {
		return errors.New("answer does not keep the givens of the question")
	}
	return nil
}

// OpenSudokuCSV reads a puzzle file, plain or gzip. See [ReadSudokuCSV].
func OpenSudokuCSV(path string) ([]Sudoku, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	return ReadSudokuCSV(f, path)
}

// ReadSudokuCSV reads puzzles in the format of Sudoku-Extreme: the header
// source,question,answer,rating, then one puzzle a line, with 81 characters for
// question and answer. Input that begins with the gzip magic bytes is
// decompressed. Empty lines are skipped; a source may be quoted.
//
// Every row is checked: the answer must be a solved grid that keeps the givens,
// the rating a non-negative integer. That the puzzle has no other solution is not
// checked; see [Solver.Count]. The first fault ends reading, and the error names
// name and line. The input is streamed: memory is taken only for good rows.
func ReadSudokuCSV(r io.Reader, name string) ([]Sudoku, error) {
	in := bufio.NewReaderSize(r, csvBuffer)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("data: %s: %w", name, err)
		}
		defer z.Close()
		in = bufio.NewReaderSize(z, csvBuffer)
	}
	c := csvReader{in: in}
	rows, err := c.readAll()
	if err != nil {
		return nil, fmt.Errorf("data: %s:%d: %w", name, c.line, err)
	}
	return rows, nil
}

// csvReader reads puzzle rows; line is the number of the line read last.
type csvReader struct {
	in      *bufio.Reader
	line    int
	sources map[string]string
}

func (c *csvReader) readAll() ([]Sudoku, error) {
	header, err := c.next()
	if err == io.EOF {
		c.line = 1
		return nil, fmt.Errorf("empty, want header %q", sudokuHeader)
	}
	if err != nil {
		return nil, err
	}
	header = bytes.TrimPrefix(header, []byte("\ufeff"))
	if string(header) != sudokuHeader {
		return nil, fmt.Errorf("header %q, want %q", clip(header), sudokuHeader)
	}
	c.sources = make(map[string]string)
	var rows []Sudoku
	for {
		line, err := c.next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, Sudoku{})
		if err := c.parse(&rows[len(rows)-1], line); err != nil {
			return nil, err
		}
	}
}

// next returns the next line that is not empty, without its end; it is valid
// until the next call.
func (c *csvReader) next() ([]byte, error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if len(line) > 0 || err == nil {
			c.line++
		}
		if err == bufio.ErrBufferFull || len(line) > maxCSVLine {
			return nil, fmt.Errorf("line of over %d bytes", maxCSVLine)
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) > 0 {
			return line, nil
		}
		if err == io.EOF {
			return nil, io.EOF
		}
	}
}

func (c *csvReader) parse(s *Sudoku, line []byte) error {
	// Only the source can hold commas, so the other fields are cut from the end.
	rest, rating, ok1 := cutLast(line)
	rest, answer, ok2 := cutLast(rest)
	source, question, ok3 := cutLast(rest)
	if !ok1 || !ok2 || !ok3 {
		return fmt.Errorf("%d fields, want 4", bytes.Count(line, []byte(","))+1)
	}
	var err error
	if s.Source, err = c.source(source); err != nil {
		return err
	}
	if err = parseGrid(&s.Puzzle, question); err != nil {
		return fmt.Errorf("question: %w", err)
	}
	if err = parseGrid(&s.Solution, answer); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if s.Rating, err = parseRating(rating); err != nil {
		return err
	}
	return s.check()
}

// source unquotes a source and keeps one copy of equal ones.
func (c *csvReader) source(b []byte) (string, error) {
	if s, ok := c.sources[string(b)]; ok {
		return s, nil
	}
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		var ok bool
		if s, ok = unquote(s); !ok {
			return "", fmt.Errorf("source %q is quoted wrongly", clip(b))
		}
	} else if strings.ContainsAny(s, `,"`) {
		return "", fmt.Errorf("source %q holds a comma or a quote, or the line has too many fields", clip(b))
	}
	c.sources[string(b)] = s
	return s, nil
}

func unquote(s string) (string, bool) {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return "", false
	}
	s = s[1 : len(s)-1]
	if strings.Contains(strings.ReplaceAll(s, `""`, ""), `"`) {
		return "", false
	}
	return strings.ReplaceAll(s, `""`, `"`), true
}

func cutLast(line []byte) (before, after []byte, ok bool) {
	i := bytes.LastIndexByte(line, ',')
	if i < 0 {
		return line, nil, false
	}
	return line[:i], line[i+1:], true
}

func parseRating(b []byte) (int, error) {
	v := 0
	for _, c := range b {
		if c < '0' || c > '9' || v > math.MaxInt32/10 {
			v = -1
			break
		}
		v = 10*v + int(c-'0')
	}
	if v < 0 || v > math.MaxInt32 || len(b) == 0 {
		return 0, fmt.Errorf("rating %q is not an integer in 0..%d", clip(b), math.MaxInt32)
	}
	return v, nil
}

// clip shortens text from a file for an error message.
func clip(b []byte) string {
	const most = 60
	if len(b) > most {
		return string(b[:most]) + "..."
	}
	return string(b)
}

// WriteSudokuCSV writes puzzles in the format that [ReadSudokuCSV] reads, and
// checks them by the same rules. Blanks are written as '.'.
func WriteSudokuCSV(w io.Writer, rows []Sudoku) error {
	out := bufio.NewWriterSize(w, csvBuffer)
	// A bufio.Writer keeps its first error, which Flush returns.
	_, _ = out.WriteString(sudokuHeader + "\n")
	var line []byte
	for i := range rows {
		var err error
		if line, err = appendRow(line[:0], &rows[i]); err != nil {
			return fmt.Errorf("data: write puzzle %d: %w", i, err)
		}
		_, _ = out.Write(line)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("data: write puzzles: %w", err)
	}
	return nil
}

func appendRow(b []byte, s *Sudoku) ([]byte, error) {
	if err := s.check(); err != nil {
		return b, err
	}
	if strings.ContainsAny(s.Source, "\r\n") {
		return b, fmt.Errorf("source %q holds a line end", clip([]byte(s.Source)))
	}
	source := s.Source
	if strings.ContainsAny(source, `,"`) {
		source = `"` + strings.ReplaceAll(source, `"`, `""`) + `"`
	}
	b = append(b, source...)
	b = append(b, ',')
	b = s.Puzzle.appendTo(b)
	b = append(b, ',')
	b = s.Solution.appendTo(b)
	b = append(b, ',')
	b = strconv.AppendInt(b, int64(s.Rating), 10)
	b = append(b, '\n')
	if len(b) > maxCSVLine {
		return b, fmt.Errorf("line of over %d bytes", maxCSVLine)
	}
	return b, nil
}
