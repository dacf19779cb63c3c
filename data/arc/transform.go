package arc

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/dihedral"
)

// Transform is a change of grids that keeps what their task is about: a relabelling
// of the colours and a symmetry of the square. Transforms are values; [Identity]
// changes nothing. The zero value is none, for it would make all colours one.
type Transform struct {
	// Dihedral is the symmetry, numbered as HRM and TRM do:
	//
	//	0  identity
	//	1  a quarter turn anticlockwise, 2 half a turn, 3 a quarter turn clockwise
	//	4  left and right exchanged, 5 top and bottom exchanged
	//	6  transposition, 7 transposition at the other diagonal
	Dihedral uint8
	// Colours holds the new colour of each: a permutation of 0..9.
	Colours [Colours]uint8
}

// Identity returns the transform that changes nothing.
func Identity() Transform {
	return Transform{Colours: [Colours]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
}

// RandomTransform draws one of the 8 * 9! transforms that keep colour 0, each with
// equal probability, as augmentation does: 0 is the background of most tasks. It does
// not allocate.
func RandomTransform(rng *rand.Rand) Transform {
	t := Identity()
	t.Dihedral = uint8(rng.Uint64N(dihedral.Symmetries))
	for i := Colours - 1; i > 1; i-- {
		j := 1 + rng.Uint64N(uint64(i))
		t.Colours[i], t.Colours[j] = t.Colours[j], t.Colours[i]
	}
	return t
}

// Check reports a symmetry above 7, and colours that are not a permutation.
func (t Transform) Check() error {
	if t.Dihedral >= dihedral.Symmetries {
		return fmt.Errorf("arc: symmetry %d is not in 0..%d", t.Dihedral, dihedral.Symmetries-1)
	}
	var seen [Colours]bool
	for _, c := range t.Colours {
		if c >= Colours || seen[c] {
			return fmt.Errorf("arc: colours %v are not a permutation of 0..%d", t.Colours, Colours-1)
		}
		seen[c] = true
	}
	return nil
}

// Apply returns the image of a grid, in cells of its own: the symmetry of the
// relabelled grid. Cells that are no colour keep their value. Transforms that
// [Transform.Check] turns down, and grids with another number of cells than their
// sides say, have the empty grid as their image.
func (t Transform) Apply(g Grid) Grid {
	if t.Check() != nil || !g.whole() {
		return Grid{}
	}
	image := Grid{Rows: g.Rows, Cols: g.Cols, Cells: make([]uint8, len(g.Cells))}
	t.apply(&image, g)
	return image
}

// apply makes image, which has room for as many cells, that of a whole grid under a
// checked transform.
func (t *Transform) apply(image *Grid, g Grid) {
	image.Rows, image.Cols = t.sides(g.Rows, g.Cols)
	image.Cells = image.Cells[:len(g.Cells)]
	dihedral.Apply(t.Dihedral, g.Rows, g.Cols, image.Cells, g.Cells)
	for i, c := range image.Cells {
		if c < Colours {
			image.Cells[i] = t.Colours[c]
		}
	}
}

// sides returns those of the image of a grid.
func (t *Transform) sides(rows, cols int) (int, int) {
	if dihedral.Transposes(t.Dihedral) {
		return cols, rows
	}
	return rows, cols
}

// Undo returns the grid whose image g is: the image under [Transform.Inverse].
func (t Transform) Undo(g Grid) Grid { return t.Inverse().Apply(g) }

// Inverse returns the transform that undoes t. The inverse of what [Transform.Check]
// turns down is turned down too.
func (t Transform) Inverse() Transform {
	if t.Check() != nil {
		return t
	}
	inverse := Transform{Dihedral: dihedral.Inverse(t.Dihedral)}
	for i, c := range t.Colours {
		inverse.Colours[c] = uint8(i)
	}
	return inverse
}
