package sudoku

// copiesByCell is the number of cells that can be first in a grid, transposed or not.
const copiesByCell = 2 * Cells

// turnTo returns one of the copies of a grid that differ in which cell is first, the rows
// and columns of a box kept in their cyclic order, and in being transposed.
func turnTo(g *Grid, i int) (out Grid) {
	band, box, row, col, transposed := i%3, i/3%3, i/9%3, i/27%3, i >= 81
	for cell := range out {
		r, c := cell/9, cell%9
		r = (r/3+band)%3*3 + (r+row)%3
		c = (c/3+box)%3*3 + (c+col)%3
		if transposed {
			r, c = c, r
		}
		out[cell] = g[9*r+c]
	}
	return out
}

// turnBoxes returns one of those 18 that keep the bands and stacks as they are but for
// their cyclic order.
func turnBoxes(g *Grid, i int) Grid { return turnTo(g, i%9+i/9*Cells) }
