package sudoku

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/sniff"
	"github.com/rereadml/reread/internal/textfile"
)

// ReadGrids reads grids to solve: one of 81 characters a line, as [Parse] takes it,
// where empty lines and those that begin with # are skipped; or the questions of
// what [ReadCSV] reads. It is told apart by a comma in the first line. Both may be
// compressed by gzip or in UTF-16.
//
// Every grid must be consistent. The first fault ends reading, and the error names
// name and line.
func ReadGrids(r io.Reader, name string) ([]Grid, error) {
	in, err := textfile.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("sudoku: %s: %w", name, err)
	}
	if startsWithColumns(in) {
		puzzles, err := readCSV(in, name)
		grids := make([]Grid, len(puzzles))
		for i := range puzzles {
			grids[i] = puzzles[i].Question
		}
		return grids, err
	}
	return readList(in, name)
}

func readList(in *bufio.Reader, name string) ([]Grid, error) {
	head, _ := in.Peek(sniff.Length)
	found := sniff.Describe(head)
	var grids []Grid
	lines := textfile.NewLines(in)
	for {
		line, err := lines.Next()
		if err == io.EOF {
			return grids, nil
		}
		var g Grid
		if err == nil {
			line = bytes.TrimSpace(line)
			if len(line) == 0 || line[0] == '#' {
				continue
			}
			err = parseGivens(&g, line)
		}
		if err != nil && len(grids) == 0 {
			err = fmt.Errorf("%w; found %s", err, found)
		}
		if err != nil {
			return nil, fmt.Errorf("sudoku: %s:%d: %w", name, lines.Number(), err)
		}
		grids = append(grids, g)
	}
}

// startsWithColumns looks for a comma in the first line.
func startsWithColumns(in *bufio.Reader) bool {
	head, _ := in.Peek(textfile.MaxLine)
	head = bytes.TrimLeft(head, "\r\n")
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.IndexByte(line, ',') >= 0 && line[0] != '#'
}

func parseGivens(g *Grid, line []byte) error {
	if err := parseGrid(g, line); err != nil {
		return err
	}
	if clash := g.Clash(); clash != "" {
		return fmt.Errorf("the givens break the rules: %s", clash)
	}
	return nil
}
