package maze

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/dihedral"
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
	return Dihedral(rng.Uint64N(dihedral.Symmetries))
}

// Inverse returns the symmetry that undoes d.
func (d Dihedral) Inverse() Dihedral { return Dihedral(dihedral.Inverse(uint8(d))) }

// Apply returns the image of a grid. A number above 7 and cells that do not fit the
// shape are errors.
func (d Dihedral) Apply(g Grid) (Grid, error) {
	if d >= dihedral.Symmetries {
		return Grid{}, fmt.Errorf("maze: symmetry %d is not in 0..%d", d, dihedral.Symmetries-1)
	}
	if err := g.checkCells(); err != nil {
		return Grid{}, fmt.Errorf("maze: %w", err)
	}
	return d.apply(g), nil
}

func (d Dihedral) apply(g Grid) Grid {
	image := Grid{g.Shape, make([]Cell, len(g.Cells))}
	if dihedral.Transposes(uint8(d)) {
		image.Height, image.Width = g.Width, g.Height
	}
	dihedral.Apply(uint8(d), g.Height, g.Width, image.Cells, g.Cells)
	return image
}
