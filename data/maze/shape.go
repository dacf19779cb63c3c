package maze

import (
	"fmt"
	"math"
)

// maxSide keeps the number of cells far below what an index of 32 bits holds.
const maxSide = 1024

// Shape is the size of a grid in cells.
type Shape struct{ Height, Width int }

// SquareOf returns the square with a number of cells, which is all that the published
// files tell of the shape of their mazes.
func SquareOf(cells int) (Shape, error) {
	s, err := squareOf(cells)
	if err != nil {
		return Shape{}, fmt.Errorf("maze: %w", err)
	}
	return s, nil
}

func squareOf(cells int) (Shape, error) {
	side := int(math.Sqrt(float64(max(cells, 0))))
	s := Shape{side, side}
	if s.check() != nil || s.Cells() != cells {
		return Shape{}, fmt.Errorf("%d cells are no square with sides of 1 to %d", cells, maxSide)
	}
	return s, nil
}

// Check reports sides that are not in 1 to 1024.
func (s Shape) Check() error {
	if err := s.check(); err != nil {
		return fmt.Errorf("maze: %w", err)
	}
	return nil
}

func (s Shape) check() error {
	if s.Height < 1 || s.Width < 1 || s.Height > maxSide || s.Width > maxSide {
		return fmt.Errorf("%v cells, want sides of 1 to %d", s, maxSide)
	}
	return nil
}

// String formats the shape as "30 x 30".
func (s Shape) String() string { return fmt.Sprintf("%d x %d", s.Height, s.Width) }

// Cells returns the number of cells, which is the sequence length of a row.
func (s Shape) Cells() int { return s.Height * s.Width }

// neighbours returns the cells below, left of, right of and above a cell, -1 for
// those beyond the edge. See [Grid.Solve] for the order.
func (s Shape) neighbours(cell int) [4]int {
	n := [4]int{cell + s.Width, cell - 1, cell + 1, cell - s.Width}
	column := cell % s.Width
	if n[0] >= s.Cells() {
		n[0] = -1
	}
	if column == 0 {
		n[1] = -1
	}
	if column == s.Width-1 {
		n[2] = -1
	}
	if n[3] < 0 {
		n[3] = -1
	}
	return n
}
