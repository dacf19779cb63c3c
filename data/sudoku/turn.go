package sudoku

const (
	// copiesByCell is the number of copies that turnTo makes: any cell can be the first.
	copiesByCell = 2 * Cells
	// copiesByBox is the number of those that turnBoxes makes: any box can be the first.
	copiesByBox = 2 * 9
)

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

// turnBoxes returns one of those copies that keep the bands and stacks as they are but for
// their cyclic order.
func turnBoxes(g *Grid, i int) Grid { return turnTo(g, i%9+i/9*Cells) }
