package nn

import "reflect"

// edgeColours is the number of kinds that the pairs of neighbours of one direction
// take.
const edgeColours = 3

// NeighbourUnits returns the units of a grid in which a cell is next to up to four
// others, for a state with a vector for each of some prefix positions and then for
// each cell in row-major order. Height and width must be at least 3.
//
// A position is in at most one unit of a kind, so the pairs of neighbours are of six
// kinds: that of cell (r, c) and the one to its right is of kind (r+c) mod 3, that of
// the cell and the one below it of kind 3 + (r+c) mod 3. A cell has no neighbour of two
// of these kinds, which tell (r+c) mod 3, and so on which side the neighbours of the
// others are. The seventh kind is one unit of all positions.
//
// No tensor of a model depends on the size of the grid.
func NeighbourUnits(prefix, height, width int) Units {
	kinds := make(Units, 2*edgeColours+1)
	for r := range height {
		for c := range width {
			at, colour := prefix+r*width+c, (r+c)%edgeColours
			if c+1 < width {
				kinds[colour] = append(kinds[colour], []int{at, at + 1})
			}
			if r+1 < height {
				kinds[edgeColours+colour] = append(kinds[edgeColours+colour], []int{at, at + width})
			}
		}
	}
	all := make([]int, prefix+height*width)
	for i := range all {
		all[i] = i
	}
	kinds[2*edgeColours] = [][]int{all}
	return kinds
}

// Neighbours returns the prefix, height and width of the grid whose units these are,
// as [NeighbourUnits] took them, or zeros if they are those of no such grid.
func (u Units) Neighbours() (prefix, height, width int) {
	if len(u) != 2*edgeColours+1 || len(u[0]) == 0 || len(u[edgeColours]) == 0 || len(u[2*edgeColours]) != 1 {
		return 0, 0, 0
	}
	right, below := u[0][0], u[edgeColours][0] // the pairs of the first cell
	if len(right) != 2 || len(below) != 2 {
		return 0, 0, 0
	}
	prefix, width = right[0], below[1]-below[0]
	if prefix < 0 || width < 1 {
		return 0, 0, 0
	}
	height = (len(u[2*edgeColours][0]) - prefix) / width
	if !fitCells(prefix, height, width) || !reflect.DeepEqual(u, NeighbourUnits(prefix, height, width)) {
		return 0, 0, 0
	}
	return prefix, height, width
}

// fitCells reports whether there are grids with neighbours of that size.
func fitCells(prefix, height, width int) bool {
	return prefix >= 0 && prefix <= maxDim && height >= 3 && width >= 3 && height <= maxDim && width <= (maxDim-prefix)/height
}
