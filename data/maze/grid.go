package maze

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Cell is what a cell of a grid holds. Its value is its token.
type Cell uint8

// The cells. Padding is in no maze, but a model is free to answer it.
const (
	Padding Cell = iota
	Wall
	Free
	Start
	Goal
	Path

	// Vocab is the vocabulary of rows.
	Vocab = int(Path) + 1
)

// letters are the characters of the cells.
const letters = "?# SGo"

// Grid is a maze, or an answer to one: Height rows of Width cells in row-major order.
type Grid struct {
	Shape
	Cells []Cell
}

// Parse reads a grid as lines of equal length: '#' for a wall, ' ' for a free cell,
// 'S' for the start, 'G' for the goal and 'o' for the path. A line end behind the last
// line is allowed. That it is a maze is not checked; see [Grid.Check].
func Parse(text string) (Grid, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	s := Shape{len(lines), len(lines[0])}
	for i, line := range lines {
		if len(line) != s.Width {
			return Grid{}, fmt.Errorf("maze: line %d has %d characters, the first has %d", i+1, len(line), s.Width)
		}
	}
	g, err := parse(s, []byte(strings.Join(lines, "")))
	if err != nil {
		return Grid{}, fmt.Errorf("maze: %w", err)
	}
	return g, nil
}

// parse reads the cells of a grid, one character each.
func parse(s Shape, text []byte) (Grid, error) {
	if err := s.check(); err != nil {
		return Grid{}, err
	}
	g := Grid{s, make([]Cell, len(text))}
	for i, c := range text {
		k := strings.IndexByte(letters[Wall:], c)
		if k < 0 {
			return Grid{}, fmt.Errorf("character %q in row %d, column %d, want one of %q", c, i/s.Width+1, i%s.Width+1, letters[Wall:])
		}
		g.Cells[i] = Wall + Cell(k)
	}
	return g, nil
}

// String returns the lines that [Parse] reads, without a line end behind the last,
// and '?' for what is in no maze.
func (g Grid) String() string {
	cells := g.appendTo(nil)
	if g.Width < 1 {
		return string(cells)
	}
	return string(bytes.Join(slices.Collect(slices.Chunk(cells, g.Width)), []byte("\n")))
}

// appendTo appends the characters of the cells.
func (g Grid) appendTo(b []byte) []byte {
	for _, c := range g.Cells {
		if int(c) >= len(letters) {
			c = Padding
		}
		b = append(b, letters[c])
	}
	return b
}

// Equal reports whether two grids have the same shape and cells.
func (g Grid) Equal(other Grid) bool {
	return g.Shape == other.Shape && slices.Equal(g.Cells, other.Cells)
}

// Check reports why g is not a maze to solve, with walls, free cells, one start and
// one goal. Whether the goal can be reached is for [Grid.Solve] to say.
func (g Grid) Check() error {
	if _, _, err := g.ends(); err != nil {
		return fmt.Errorf("maze: %w", err)
	}
	return nil
}

// ends returns the cells of start and goal, or why g is no maze.
func (g Grid) ends() (start, goal int, err error) {
	if err := g.checkCells(); err != nil {
		return 0, 0, err
	}
	var count [Vocab]int
	for i, c := range g.Cells {
		if c < Wall || c > Goal {
			return 0, 0, fmt.Errorf("cell in row %d, column %d is neither wall nor free, start or goal", i/g.Width+1, i%g.Width+1)
		}
		count[c]++
	}
	if count[Start] != 1 || count[Goal] != 1 {
		return 0, 0, fmt.Errorf("%d starts and %d goals, want one each", count[Start], count[Goal])
	}
	return slices.Index(g.Cells, Start), slices.Index(g.Cells, Goal), nil
}

// checkCells reports cells that do not fit the shape.
func (g Grid) checkCells() error {
	if err := g.check(); err != nil {
		return err
	}
	if len(g.Cells) != g.Shape.Cells() {
		return fmt.Errorf("%d cells, %v want %d", len(g.Cells), g.Shape, g.Shape.Cells())
	}
	return nil
}
