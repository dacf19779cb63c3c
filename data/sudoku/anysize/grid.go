package anysize

import (
	"fmt"
	"strings"
)

// Grid is a grid of boxes of some shape: the values of its cells in row-major order,
// 0 for a blank.
type Grid struct {
	Boxes  Boxes
	Values []uint8 // [Boxes.Cells()]
}

// symbols are the characters of the values, from that of a blank.
const symbols = ".123456789ABCDEFGHIJKLMNOP"

// Parse reads a grid of exactly as many characters as it has cells. The rules of
// Sudoku are not checked; see [Grid.Check].
func Parse(b Boxes, s string) (Grid, error) {
	g, err := parse(b, s)
	if err != nil {
		return Grid{}, fmt.Errorf("anysize: %w", err)
	}
	return g, nil
}

func parse(b Boxes, s string) (Grid, error) {
	if err := b.check(); err != nil {
		return Grid{}, err
	}
	if len(s) != b.Cells() {
		return Grid{}, fmt.Errorf("grid has %d characters, boxes of %v want %d", len(s), b, b.Cells())
	}
	g := Grid{b, make([]uint8, len(s))}
	for i := range g.Values {
		c := s[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c == '0' {
			c = '.'
		}
		v := strings.IndexByte(symbols[:b.Side()+1], c)
		if v < 0 {
			return Grid{}, fmt.Errorf("grid has character %q at position %d, want 1 to %c or '.'", s[i], i, symbols[b.Side()])
		}
		g.Values[i] = uint8(v)
	}
	return g, nil
}

// String returns the characters that [Parse] reads, with '?' for what is no value.
func (g Grid) String() string {
	out := make([]byte, len(g.Values))
	for i, v := range g.Values {
		out[i] = '?'
		if int(v) < len(symbols) {
			out[i] = symbols[v]
		}
	}
	return string(out)
}

// Check reports the first thing that is wrong with a grid: its shape, the number of
// its cells, a value, or one that stands twice in a row, a column or a box. A grid
// that passes need not have a solution.
func (g Grid) Check() error {
	if err := g.check(); err != nil {
		return fmt.Errorf("anysize: %w", err)
	}
	return nil
}

func (g Grid) check() error {
	if err := g.Boxes.check(); err != nil {
		return err
	}
	if len(g.Values) != g.Boxes.Cells() {
		return fmt.Errorf("grid has %d cells, boxes of %v want %d", len(g.Values), g.Boxes, g.Boxes.Cells())
	}
	var seen [3][MaxSide][MaxSide + 1]bool // by row, column and box, and value
	for cell, v := range g.Values {
		row, column, box := g.Boxes.Units(cell)
		if int(v) > g.Boxes.Side() {
			return fmt.Errorf("grid has value %d in row %d, column %d, want 0 to %d", v, row+1, column+1, g.Boxes.Side())
		}
		for kind, unit := range []int{row, column, box} {
			if v > 0 && seen[kind][unit][v] {
				return fmt.Errorf("two %cs in %s %d", symbols[v], [...]string{"row", "column", "box"}[kind], unit+1)
			}
			seen[kind][unit][v] = true
		}
	}
	return nil
}

// Solves reports whether g is a full grid that keeps the rules and all givens of a
// puzzle.
func (g Grid) Solves(puzzle Grid) bool {
	return puzzle.check() == nil && g.check() == nil && g.Givens() == g.Boxes.Cells() && g.Extends(puzzle)
}

// Extends reports whether g is of the shape of givens and holds every one of them at
// the same cell.
func (g Grid) Extends(givens Grid) bool {
	if g.Boxes != givens.Boxes || len(g.Values) != len(givens.Values) {
		return false
	}
	for i, v := range givens.Values {
		if v != 0 && g.Values[i] != v {
			return false
		}
	}
	return true
}

// Givens returns the number of cells that are not blank.
func (g Grid) Givens() int {
	n := 0
	for _, v := range g.Values {
		if v != 0 {
			n++
		}
	}
	return n
}
