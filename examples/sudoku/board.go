package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/terminal"
)

// panel is a board with a title. Cells that differ from those before are
// marked.
type panel struct {
	title  string
	grid   anysize.Grid
	before anysize.Grid
}

const panelGap = "    "

// width returns the characters of a line: two for each cell, and two between boxes.
func (p panel) width() int { return 2*p.grid.Boxes.Side() + 2*(p.grid.Boxes.Height-1) }

// writePanels writes boards of one size side by side, with an empty line below.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var drawn []terminal.Panel
	for _, p := range panels {
		drawn = append(drawn, terminal.Panel{Title: p.title, Width: p.width(), Lines: append(p.lines(colour), "")})
	}
	return terminal.WritePanels(w, panelGap, drawn)
}

// lines returns the rows of a board, and rules between the boxes.
func (p panel) lines(colour bool) []string {
	b := p.grid.Boxes
	inner := strings.Repeat("-", 2*b.Width)
	rule := strings.Repeat(inner+"-+", b.Height-1) + inner
	var lines []string
	for row := range b.Side() {
		if row > 0 && row%b.Height == 0 {
			lines = append(lines, rule)
		}
		lines = append(lines, p.row(row, colour))
	}
	return lines
}

func (p panel) row(row int, colour bool) (line string) {
	b := p.grid.Boxes
	for col := range b.Side() {
		if col > 0 && col%b.Width == 0 {
			line += " |"
		}
		line += p.cell(b.Side()*row+col, colour)
	}
	return line
}

func (p panel) cell(cell int, colour bool) string {
	char := p.grid.String()[cell]
	switch changed := p.grid.Values[cell] != p.before.Values[cell]; {
	case changed && colour:
		return fmt.Sprintf(" \x1b[1;32m%c\x1b[0m", char)
	case changed:
		return string([]byte{'*', char})
	default:
		return string([]byte{' ', char})
	}
}
