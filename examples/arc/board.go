package main

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/terminal"
)

// panel is a grid with a title. Where it is an answer, want is what it should be.
type panel struct {
	title  string
	grid   arc.Grid
	answer bool
	want   arc.Grid
}

// writePanels writes panels side by side, in as many rows as the screen asks for.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var drawn []terminal.Panel
	for _, p := range panels {
		drawn = append(drawn, terminal.Panel{Title: p.title, Width: 2 * p.grid.Cols, Lines: p.lines(colour)})
	}
	return terminal.WritePanels(w, "   ", drawn)
}

// lines returns the rows of the grid, two columns for each cell.
func (p panel) lines(colour bool) []string {
	lines := make([]string, p.grid.Rows)
	for row := range lines {
		for col := range p.grid.Cols {
			lines[row] += p.cell(row, col, colour)
		}
	}
	return lines
}

// background are the escape sequences of the colours, those in which ARC is drawn.
var background = [arc.Colours]int{16, 26, 160, 34, 220, 244, 199, 208, 117, 88}

// cell returns two columns that show a cell, with a '!' where an answer is wrong.
func (p panel) cell(row, col int, colour bool) string {
	c, mark := p.grid.Cells[row*p.grid.Cols+col], byte(' ')
	if p.answer && !has(p.want, row, col, c) {
		mark = '!'
	}
	switch {
	case colour:
		return fmt.Sprintf("\x1b[1;97;48;5;%dm%c \x1b[0m", background[c], mark)
	case c == 0:
		return string([]byte{'.', mark})
	default:
		return string([]byte{'0' + c, mark})
	}
}

// has reports whether a grid has a colour in a cell.
func has(g arc.Grid, row, col int, colour uint8) bool {
	return row < g.Rows && col < g.Cols && g.Cells[row*g.Cols+col] == colour
}
