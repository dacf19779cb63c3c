package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread/data/maze"
)

// panel is an answer to a maze with a title.
type panel struct {
	title        string
	answer, maze maze.Grid
}

const (
	panelGap = "   "
	screen   = 80 // columns that panels side by side keep to
)

// width returns the columns of a panel: two for each cell, or as the title needs.
func (p panel) width() int { return max(2*p.maze.Width, len(p.title)) }

// writePanels writes panels of one maze side by side.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var out strings.Builder
	for len(panels) > 0 {
		n, columns := 1, panels[0].width()
		for n < len(panels) && columns+len(panelGap)+panels[n].width() <= screen {
			columns += len(panelGap) + panels[n].width()
			n++
		}
		for line := range panels[0].maze.Height + 1 {
			writeLine(&out, panels[:n], line, colour)
		}
		out.WriteByte('\n')
		panels = panels[n:]
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// writeLine writes a line of panels: line 0 has the titles. In colours, cells are seen
// by their background, so that spaces at the end of a line count.
func writeLine(out *strings.Builder, panels []panel, line int, colour bool) {
	var text strings.Builder
	for i, p := range panels {
		if i > 0 {
			text.WriteString(panelGap)
		}
		if line == 0 {
			fmt.Fprintf(&text, "%-*s", p.width(), p.title)
			continue
		}
		for c := range p.maze.Width {
			at := (line-1)*p.maze.Width + c
			text.WriteString(drawCell(p.answer.Cells[at], p.maze.Cells[at], colour))
		}
		text.WriteString(strings.Repeat(" ", p.width()-2*p.maze.Width))
	}
	out.WriteString(strings.TrimRight(text.String(), " "))
	out.WriteByte('\n')
}

// colourOf are the escape sequences of the cells.
var colourOf = [maze.Vocab]string{
	maze.Padding: "\x1b[41m", maze.Wall: "\x1b[100m", maze.Free: "", maze.Start: "\x1b[1;37;44m", maze.Goal: "\x1b[1;37;45m", maze.Path: "\x1b[30;42m",
}

// drawCell returns two columns that show what an answer has in a cell of a maze. What
// is neither as in the maze nor the path through a free cell is a '!', red in colours.
func drawCell(answer, given maze.Cell, colour bool) string {
	text, escape := "  ", colourOf[answer]
	switch {
	case answer != given && (answer != maze.Path || given != maze.Free):
		text, escape = "! ", colourOf[maze.Padding]
	case answer == maze.Wall && !colour:
		text = "##"
	case answer == maze.Start:
		text = "S "
	case answer == maze.Goal:
		text = "G "
	case answer == maze.Path && !colour:
		text = "o "
	}
	if !colour || escape == "" {
		return text
	}
	return escape + text + "\x1b[0m"
}
