// Package dihedral applies the eight symmetries of a square to grids, numbered as
// HRM and TRM do:
//
//	0  identity
//	1  a quarter turn anticlockwise, 2 half a turn, 3 a quarter turn clockwise
//	4  left and right exchanged, 5 top and bottom exchanged
//	6  transposition, 7 transposition at the other diagonal
package dihedral

// Symmetries is the number of symmetries.
const Symmetries = 8

// steps are what a symmetry does, one after the other.
type steps struct{ transpose, leftRight, upDown bool }

var table = [Symmetries]steps{
	1: {transpose: true, upDown: true},
	2: {leftRight: true, upDown: true},
	3: {transpose: true, leftRight: true},
	4: {leftRight: true},
	5: {upDown: true},
	6: {transpose: true},
	7: {transpose: true, leftRight: true, upDown: true},
}

// Inverse returns the symmetry that undoes d.
func Inverse(d uint8) uint8 {
	switch d {
	case 1:
		return 3
	case 3:
		return 1
	}
	return d
}

// Transposes reports whether d, which must be below [Symmetries], exchanges height
// and width.
func Transposes(d uint8) bool { return table[d].transpose }

// Apply writes the image of a grid of height x width cells in row-major order to
// image, which must not overlap it. Both have height*width elements, and d must be
// below [Symmetries]. It does not allocate.
func Apply[T any](d uint8, height, width int, image, cells []T) {
	do := table[d]
	// The source of the first cell of the image, and how it moves when the image
	// goes down and right.
	source, down, right := 0, width, 1
	if do.transpose {
		height, width = width, height
		down, right = right, down
	}
	if do.upDown {
		source += (height - 1) * down
		down = -down
	}
	if do.leftRight {
		source += (width - 1) * right
		right = -right
	}
	for r := range height {
		s := source + r*down
		for c := range image[r*width : (r+1)*width] {
			image[r*width+c] = cells[s]
			s += right
		}
	}
}
