package arc

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

const (
	// Colours is the number of colours.
	Colours = 10
	// MaxSide is the most rows and the most columns of a grid.
	MaxSide = 30
)

// Grid is Rows x Cols cells of the colours 0..9 in row-major order. The zero value is
// the empty grid, which is in no task but can be what a model answers.
type Grid struct {
	Rows, Cols int
	Cells      []uint8
}

// Check reports a grid that can be in no task: sides that are not in 1..30, another
// number of cells, or a colour above 9.
func (g Grid) Check() error {
	if err := g.check(); err != nil {
		return fmt.Errorf("arc: %w", err)
	}
	return nil
}

func (g Grid) check() error {
	if g.Rows < 1 || g.Rows > MaxSide || g.Cols < 1 || g.Cols > MaxSide {
		return fmt.Errorf("grid of %d x %d cells, want sides of 1 to %d", g.Rows, g.Cols, MaxSide)
	}
	if !g.whole() {
		return fmt.Errorf("%d cells in a grid of %d x %d", len(g.Cells), g.Rows, g.Cols)
	}
	for i, c := range g.Cells {
		if c >= Colours {
			return fmt.Errorf("colour %d in row %d, column %d, want 0 to %d", c, i/g.Cols+1, i%g.Cols+1, Colours-1)
		}
	}
	return nil
}

// whole reports whether the grid has as many cells as its sides say.
func (g Grid) whole() bool {
	return g.Rows >= 0 && g.Cols >= 0 && len(g.Cells) == g.Rows*g.Cols
}

// Equal reports whether two grids have the same sides and cells.
func (g Grid) Equal(h Grid) bool {
	return g.Rows == h.Rows && g.Cols == h.Cols && slices.Equal(g.Cells, h.Cells)
}

// Hash returns the SHA-256 of one byte for the rows, one for the columns, and the
// cells. The published evaluation finds and counts grids by it.
func (g Grid) Hash() [sha256.Size]byte {
	var room [2 + MaxSide*MaxSide]byte
	b := append(room[:0], byte(g.Rows), byte(g.Cols))
	return sha256.Sum256(append(b, g.Cells...))
}
