package anysize

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/internal/textfile"
)

// ReadGrids reads grids to solve, one a line as [Parse] takes it; empty lines and
// those that begin with # are skipped. The text may be compressed by gzip or in
// UTF-16. Every grid must pass [Grid.Check]. The first fault ends reading, and the
// error names name and line.
func ReadGrids(b Boxes, r io.Reader, name string) ([]Grid, error) {
	in, err := textfile.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("anysize: %s: %w", name, err)
	}
	var grids []Grid
	line, lines := 0, bufio.NewScanner(in)
	lines.Buffer(nil, textfile.MaxLine)
	for lines.Scan() {
		line++
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		g, err := parseGivens(b, text)
		if err != nil {
			return nil, fmt.Errorf("anysize: %s:%d: %w", name, line, err)
		}
		grids = append(grids, g)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("anysize: %s:%d: %w", name, line+1, err)
	}
	return grids, nil
}

func parseGivens(b Boxes, text string) (Grid, error) {
	g, err := parse(b, text)
	if err != nil {
		return g, err
	}
	if err := g.check(); err != nil {
		return g, fmt.Errorf("the givens break the rules: %w", err)
	}
	return g, nil
}
