package main

import (
	"io"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/terminal"
)

// panel is an answer to a maze with a title.
type panel struct {
	title        string
	answer, maze maze.Grid
}

// writePanels writes panels of one maze side by side, with an empty line below. In
// colours, cells are seen by their background.
func writePanels(w io.Writer, panels []panel, colour bool) error {
	var drawn []terminal.Panel
	for _, p := range panels {
		drawn = append(drawn, terminal.Panel{Title: p.title, Width: 2 * p.maze.Width, Lines: append(p.lines(colour), "")})
	}
	return terminal.WritePanels(w, "   ", drawn)
}

// lines returns the rows of the maze, two columns for each cell.
func (p panel) lines(colour bool) []string {
	lines := make([]string, p.maze.Height)
	for at, answer := range p.answer.Cells {
		lines[at/p.maze.Width] += drawCell(answer, p.maze.Cells[at], colour)
	}
	return lines
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
