package maze

import (
	"fmt"
	"math/rand/v2"
)

// Dihedral is one of the eight symmetries of a square, numbered as HRM and TRM do:
//
//	0  identity
//	1  a quarter turn anticlockwise, 2 half a turn, 3 a quarter turn clockwise
//	4  left and right exchanged, 5 top and bottom exchanged
//	6  transposition, 7 transposition at the other diagonal
//
// The image of a shortest path is one in the image of its maze, but [Grid.Solve] may
// mark another one there.
type Dihedral uint8

// dihedrals is the number of symmetries.
const dihedrals = 8

// steps are what a symmetry does, one after the other.
type steps struct{ transpose, leftRight, upDown bool }

var dihedralSteps = [dihedrals]steps{
	1: {transpose: true, upDown: true},
	2: {leftRight: true, upDown: true},
	3: {transpose: true, leftRight: true},
	4: {leftRight: true},
	5: {upDown: true},
	6: {transpose: true},
	7: {transpose: true, leftRight: true, upDown: true},
}

// Symmetries returns the symmetries that keep the shape, in rising order: all eight
// for a square, otherwise the four that do not exchange height and width.
func (s Shape) Symmetries() []Dihedral {
	if s.Height != s.Width {
		return []Dihedral{0, 2, 4, 5}
	}
	return []Dihedral{0, 1, 2, 3, 4, 5, 6, 7}
}

// RandomSymmetry draws one of [Shape.Symmetries] with equal probability. It does not
// allocate.
func (s Shape) RandomSymmetry(rng *rand.Rand) Dihedral {
	if s.Height != s.Width {
		return [...]Dihedral{0, 2, 4, 5}[rng.Uint64N(4)]
	}
	return Dihedral(rng.Uint64N(dihedrals))
}

// Inverse returns the symmetry that undoes d.
func (d Dihedral) Inverse() Dihedral {
	switch d {
	case 1:
		return 3
	case 3:
		return 1
	}
	return d
}

// Apply returns the image of a grid. A number above 7 and cells that do not fit the
// shape are errors.
func (d Dihedral) Apply(g Grid) (Grid, error) {
	if d >= dihedrals {
		return Grid{}, fmt.Errorf("maze: symmetry %d is not in 0..%d", d, dihedrals-1)
	}
	if err := g.checkCells(); err != nil {
		return Grid{}, fmt.Errorf("maze: %w", err)
	}
	return d.apply(g), nil
}

func (d Dihedral) apply(g Grid) Grid {
	do := dihedralSteps[d]
	image := Grid{g.Shape, make([]Cell, len(g.Cells))}
	if do.transpose {
		image.Height, image.Width = g.Width, g.Height
	}
	for i := range image.Cells {
		r, c := i/image.Width, i%image.Width
		if do.upDown {
			r = image.Height - 1 - r
		}
		if do.leftRight {
			c = image.Width - 1 - c
		}
		if do.transpose {
			r, c = c, r
		}
		image.Cells[i] = g.Cells[r*g.Width+c]
	}
	return image
}
