package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/data/sudoku/anysize"
)

// panel is a board with a title. Cells that differ from those before are
// marked.
type panel struct {
	title  string
	grid   anysize.Grid
	before anysize.Grid
}

const (
	panelGap = "    "
	screen   = 80 // columns that boards side by side keep to
)

// width returns the characters of a line: two for each cell, and two between boxes.
func (p panel) width() int { return 2*p.grid.Boxes.Side() + 2*(p.grid.Boxes.Height-1) }

// lines returns the lines of a board: its rows, and rules between the boxes.
func (p panel) lines() int { return p.grid.Boxes.Side() + p.grid.Boxes.Width - 1 }

// writePanels writes boards of one size side by side, row by row of them.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var out strings.Builder
	for len(panels) > 0 {
		wide := max(1, (screen+len(panelGap))/(panels[0].width()+len(panelGap)))
		row := panels[:min(wide, len(panels))]
		panels = panels[len(row):]
		for line := range row[0].lines() + 1 {
			for i := range row {
				if i > 0 {
					out.WriteString(panelGap)
				}
				switch {
				case line == 0 && i == len(row)-1:
					out.WriteString(row[i].title)
				case line == 0:
					fmt.Fprintf(&out, "%-*s", row[i].width(), row[i].title)
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

func (p panel) writeLine(out *strings.Builder, line int, colour bool) {
	b := p.grid.Boxes
	if line%(b.Height+1) == b.Height {
		inner := strings.Repeat("-", 2*b.Width)
		out.WriteString(strings.Repeat(inner+"-+", b.Height-1) + inner)
		return
	}
	row := line - line/(b.Height+1)
	for col := range b.Side() {
		if col > 0 && col%b.Width == 0 {
			out.WriteString(" |")
		}
		p.writeCell(out, b.Side()*row+col, colour)
	}
}

func (p panel) writeCell(out *strings.Builder, cell int, colour bool) {
	char := p.grid.String()[cell]
	switch changed := p.grid.Values[cell] != p.before.Values[cell]; {
	case changed && colour:
		fmt.Fprintf(out, " \x1b[1;32m%c\x1b[0m", char)
	case changed:
		fmt.Fprintf(out, "*%c", char)
	default:
		fmt.Fprintf(out, " %c", char)
	}
}
