package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/data/arc"
)

// panel is a grid with a title. Where it is an answer, want is what it should be.
type panel struct {
	title  string
	grid   arc.Grid
	answer bool
	want   arc.Grid
}

const (
	panelGap = "   "
	screen   = 80 // columns that panels side by side keep to
)

// width returns the columns of a panel: two for each cell, or as the title needs.
func (p panel) width() int { return max(2*p.grid.Cols, len(p.title)) }

// writePanels writes panels side by side, in as many rows as the screen asks for.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var out strings.Builder
	for len(panels) > 0 {
		n, columns := 1, panels[0].width()
		for n < len(panels) && columns+len(panelGap)+panels[n].width() <= screen {
			columns += len(panelGap) + panels[n].width()
			n++
		}
		height := 0
		for _, p := range panels[:n] {
			height = max(height, p.grid.Rows)
		}
		for line := range height + 1 {
			writeLine(&out, panels[:n], line, colour)
		}
		panels = panels[n:]
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// writeLine writes a line of panels: line 0 has the titles.
func writeLine(out *strings.Builder, panels []panel, line int, colour bool) {
	var text strings.Builder
	for i, p := range panels {
		if i > 0 {
			text.WriteString(panelGap)
		}
		width := p.width()
		switch {
		case line == 0:
			fmt.Fprintf(&text, "%-*s", width, p.title)
			continue
		case line <= p.grid.Rows:
			for col := range p.grid.Cols {
				text.WriteString(p.cell(line-1, col, colour))
			}
			width -= 2 * p.grid.Cols
		}
		text.WriteString(strings.Repeat(" ", width))
	}
	out.WriteString(strings.TrimRight(text.String(), " "))
	out.WriteByte('\n')
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
