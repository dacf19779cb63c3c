package anysize

import "fmt"

// MaxSide is the side of the largest grids, and the number of their values.
const MaxSide = 25

// Boxes is the shape of the boxes of a grid. Their height times their width is the
// side of the grid and the number of its values.
type Boxes struct{ Height, Width int }

// ParseBoxes reads a height and a width such as 2x3.
func ParseBoxes(s string) (Boxes, error) {
	var b Boxes
	if n, _ := fmt.Sscanf(s, "%dx%d", &b.Height, &b.Width); n != 2 || s != b.String() {
		return Boxes{}, fmt.Errorf("anysize: boxes %q, want height and width such as 2x3", s)
	}
	return b, b.Check()
}

// String returns the form that [ParseBoxes] reads.
func (b Boxes) String() string { return fmt.Sprintf("%dx%d", b.Height, b.Width) }

// Check reports a shape of which there are no grids: one with a side below 1, or
// with fewer than 2 cells or more than [MaxSide].
func (b Boxes) Check() error {
	if err := b.check(); err != nil {
		return fmt.Errorf("anysize: %w", err)
	}
	return nil
}

func (b Boxes) check() error {
	if b.Height < 1 || b.Width < 1 || b.Height > MaxSide || b.Width > MaxSide || b.Side() < 2 || b.Side() > MaxSide {
		return fmt.Errorf("boxes of %v cells, want positive sides and 2 to %d cells", b, MaxSide)
	}
	return nil
}

// Side returns the rows of a grid, which are also its columns, boxes and values.
func (b Boxes) Side() int { return b.Height * b.Width }

// Cells returns the cells of a grid, the sequence length of a row of tokens.
func (b Boxes) Cells() int { return b.Side() * b.Side() }

// Vocab returns the number of tokens.
func (b Boxes) Vocab() int { return b.Side() + 2 }

// Units returns the row, the column and the box of a cell, each counted from 0, of
// boxes that pass [Boxes.Check].
func (b Boxes) Units(cell int) (row, column, box int) {
	row, column = cell/b.Side(), cell%b.Side()
	return row, column, row/b.Height*b.Height + column/b.Width
}
