package sudoku

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/atomicfile"
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
	out := bufio.NewWriter(w)
	// A bufio.Writer keeps its first error, which Flush returns.
	_, _ = out.WriteString(csvHeader + "\n")
	var line []byte
	for i := range puzzles {
		var err error
		if line, err = appendRow(line[:0], &puzzles[i]); err != nil {
			return fmt.Errorf("sudoku: write puzzle %d: %w", i, err)
		}
		_, _ = out.Write(line)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("sudoku: write puzzles: %w", err)
	}
	return nil
}

func appendRow(b []byte, p *Puzzle) ([]byte, error) {
	if err := p.check(); err != nil {
		return b, err
	}
	source := p.Source
	if strings.ContainsAny(source, "\r\n") {
		return b, fmt.Errorf("source %.60q holds a line end", source)
	}
	if strings.ContainsAny(source, `,"`) {
		source = `"` + strings.ReplaceAll(source, `"`, `""`) + `"`
	}
	b = append(b, source...)
	b = append(b, ',')
	b = p.Question.appendTo(b)
	b = append(b, ',')
	b = p.Solution.appendTo(b)
	b = append(b, ',')
	if p.Rating != data.Unrated {
		b = strconv.AppendInt(b, int64(p.Rating), 10)
	}
	b = append(b, '\n')
	if len(b) > maxLine {
		return b, fmt.Errorf("line of over %d bytes", maxLine)
	}
	return b, nil
}
