package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
)

// panel is a board with a title. Cells that differ from those before are
// marked.
type panel struct {
	title  string
	grid   sudoku.Grid
	before sudoku.Grid
}

const (
	panelWidth = len(" 1 2 3 | 4 5 6 | 7 8 9")
	panelGap   = "    "
	panelsWide = 3 // fit 80 columns
)

// colours reports whether to colour what is written to w.
func colours(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && isObedient(w) }

// writePanels writes boards side by side, row by row of them.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var out strings.Builder
	for len(panels) > 0 {
		row := panels[:min(panelsWide, len(panels))]
		panels = panels[len(row):]
		for line := range boardLines + 1 {
			for i := range row {
				if i > 0 {
					out.WriteString(panelGap)
				}
				switch {
				case line == 0 && i == len(row)-1:
					out.WriteString(row[i].title)
				case line == 0:
					fmt.Fprintf(&out, "%-*s", panelWidth, row[i].title)
				default:
					row[i].writeLine(&out, line-1, colour)
				}
			}
			out.WriteByte('\n')
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// boardLines is nine rows with two rules between the boxes.
const boardLines = 11

func (p *panel) writeLine(out *strings.Builder, line int, colour bool) {
	if line%4 == 3 {
		out.WriteString("-------+-------+------")
		return
	}
	row := line - line/4
	for col := range 9 {
		if col == 3 || col == 6 {
			out.WriteString(" |")
		}
		p.writeCell(out, 9*row+col, colour)
	}
}

func (p *panel) writeCell(out *strings.Builder, cell int, colour bool) {
	char := byte('.')
	if d := p.grid[cell]; d != 0 {
		char = '0' + d
	}
	switch changed := p.grid[cell] != p.before[cell]; {
	case changed && colour:
		fmt.Fprintf(out, " \x1b[1;32m%c\x1b[0m", char)
	case changed:
		fmt.Fprintf(out, "*%c", char)
	default:
		fmt.Fprintf(out, " %c", char)
	}
}
