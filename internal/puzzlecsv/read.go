package puzzlecsv

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

// Load reads a file. See [Read].
func Load(path string, add func(Row) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return Read(f, path, add)
}

// Read hands the rows of a file to add, whose question and answer are valid during
// the call only. The columns can stand in any order, and source and rating can be
// missing. Fields may be quoted; empty lines are skipped. Data that begin as gzip are
// decompressed, and text with the byte order mark of UTF-16 is converted. The input
// is streamed.
//
// The rating must be a non-negative integer or empty. The first fault, or error of
// add, ends reading; the error names name and line.
func Read(r io.Reader, name string, add func(Row) error) error {
	in, err := textfile.NewReader(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return ReadText(in, name, add)
}

// ReadText is [Read] for what [textfile.NewReader] returned.
func ReadText(in *bufio.Reader, name string, add func(Row) error) error {
	r := reader{lines: textfile.NewLines(in), sources: make(map[string]string)}
	// What cannot be peeked at is for the first line to report.
	head, _ := in.Peek(sniff.Length)
	if err := r.read(sniff.Describe(head), add); err != nil {
		return fmt.Errorf("%s:%d: %w", name, max(r.lines.Number(), 1), err)
	}
	return nil
}

type reader struct {
	lines   *textfile.Lines
	columns columns
	fields  [][]byte // of the line
	sources map[string]string
}

// read reads a file that looks like what was found at its beginning.
func (r *reader) read(found string, add func(Row) error) error {
	if err := r.readHeader(found); err != nil {
		return err
	}
	for {
		line, err := r.lines.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		row, err := r.parse(line)
		if err != nil {
			return err
		}
		if err := add(row); err != nil {
			return err
		}
	}
}

func (r *reader) readHeader(found string) error {
	line, err := r.lines.Next()
	if err == nil {
		r.columns, err = parseHeader(line)
	}
	if err == io.EOF {
		return fmt.Errorf("want the header %s, found %s", Header, found)
	}
	if err != nil {
		return fmt.Errorf("want the header %s, found %s: %w", Header, found, err)
	}
	return nil
}

func (r *reader) parse(line []byte) (row Row, err error) {
	r.fields, err = splitFields(r.fields[:0], line)
	if err != nil {
		return row, err
	}
	if len(r.fields) != r.columns.count {
		return row, fmt.Errorf("%d fields, want %d", len(r.fields), r.columns.count)
	}
	row.Question, row.Answer = r.fields[r.columns.question], r.fields[r.columns.answer]
	if i := r.columns.source; i >= 0 {
		row.Source = r.source(r.fields[i])
	}
	row.Rating = data.Unrated
	if i := r.columns.rating; i >= 0 {
		row.Rating, err = parseRating(r.fields[i])
	}
	return row, err
}

// source keeps one copy of equal sources.
func (r *reader) source(b []byte) string {
	s, ok := r.sources[string(b)]
	if !ok {
		s = string(b)
		r.sources[s] = s
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
