package puzzlecsv

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/textfile"
)

// Writer writes a file that [Read] reads.
type Writer struct {
	out  *bufio.Writer
	line []byte
}

// NewWriter returns a writer that has begun with the header.
func NewWriter(w io.Writer) *Writer {
	out := bufio.NewWriter(w)
	// A bufio.Writer keeps its first error, which Flush returns.
	_, _ = out.WriteString(Header + "\n")
	return &Writer{out: out}
}

// Write adds a row, with no rating as an empty field. A row that [Read] would not
// return as it is gets an error; those of the underlying writer are for
// [Writer.Flush] to return.
func (w *Writer) Write(row Row) (err error) {
	w.line, err = appendRow(w.line[:0], row)
	if err != nil {
		return err
	}
	_, _ = w.out.Write(w.line)
	return nil
}

// Flush ends writing.
func (w *Writer) Flush() error { return w.out.Flush() }

func appendRow(b []byte, row Row) ([]byte, error) {
	if row.Rating < data.Unrated || row.Rating > math.MaxInt32 {
		return b, fmt.Errorf("rating %d is not in 0..%d", row.Rating, math.MaxInt32)
	}
	source := row.Source
	if strings.ContainsAny(source, "\r\n") {
		return b, fmt.Errorf("source %.60q holds a line end", source)
	}
	if strings.ContainsAny(source, `,"`) {
		source = `"` + strings.ReplaceAll(source, `"`, `""`) + `"`
	}
	b = append(b, source...)
	b = append(b, ',')
	b = append(b, row.Question...)
	b = append(b, ',')
	b = append(b, row.Answer...)
	b = append(b, ',')
	if row.Rating != data.Unrated {
		b = strconv.AppendInt(b, int64(row.Rating), 10)
	}
	b = append(b, '\n')
	if len(b) > textfile.MaxLine {
		return b, fmt.Errorf("line of over %d bytes", textfile.MaxLine)
	}
	return b, nil
}
