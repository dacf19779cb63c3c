package arc

import "fmt"

// The tokens of a canvas; colour c has the token ColourToken+c.
const (
	PadToken    = 0
	EndToken    = 1
	ColourToken = 2

	// Vocab is the vocabulary of rows.
	Vocab = ColourToken + Colours
)

// Canvas is the square of Side x Side cells on which grids are laid to become tokens:
// 30 x 30 in HRM and TRM, which holds every grid. A smaller one is for tasks of small
// grids and costs less.
type Canvas struct{ Side int }

// Check reports a side that is not in 1..30.
func (c Canvas) Check() error {
	if c.Side < 1 || c.Side > MaxSide {
		return fmt.Errorf("arc: canvas of side %d, want 1 to %d", c.Side, MaxSide)
	}
	return nil
}

// SeqLen returns the number of tokens of a row, a token for each cell.
func (c Canvas) SeqLen() int { return c.Side * c.Side }

// Tokens writes the tokens of a grid whose first cell lies in row row and column col
// of the canvas, counted from 0, to dst, which has [Canvas.SeqLen] elements. A row of
// end marks lies below the grid and a column of them to its right, each where the
// canvas has room for it; all else is padding. Grids that [Grid.Check] turns down or
// that do not fit where they are to lie are an error. It does not allocate.
func (c Canvas) Tokens(dst []int32, g Grid, row, col int) error {
	if err := c.Check(); err != nil {
		return err
	}
	if len(dst) != c.SeqLen() {
		return fmt.Errorf("arc: room for %d tokens, want %d", len(dst), c.SeqLen())
	}
	if err := g.Check(); err != nil {
		return err
	}
	if row < 0 || col < 0 || row > c.Side-g.Rows || col > c.Side-g.Cols {
		return fmt.Errorf("arc: grid of %d x %d cells at row %d, column %d of a canvas of side %d", g.Rows, g.Cols, row, col, c.Side)
	}
	c.draw(dst, g, row, col)
	return nil
}

// draw is [Canvas.Tokens] of what is checked.
func (c Canvas) draw(dst []int32, g Grid, row, col int) {
	clear(dst)
	for r := range g.Rows {
		to := dst[(row+r)*c.Side+col:]
		for i, colour := range g.Cells[r*g.Cols:][:g.Cols] {
			to[i] = ColourToken + int32(colour)
		}
		if col+g.Cols < c.Side {
			to[g.Cols] = EndToken
		}
	}
	if row+g.Rows < c.Side {
		for i := range g.Cols {
			dst[(row+g.Rows)*c.Side+col+i] = EndToken
		}
	}
}

// Crop returns the grid that tokens stand for, such as a model's answer: of the
// rectangles that begin in the first cell of the canvas and hold nothing but colours
// the one with the most cells, and of those of equal size the one with the fewest
// rows, as the published evaluation has it. That is the empty grid if the first cell
// is no colour, or if there are not [Canvas.SeqLen] tokens.
func (c Canvas) Crop(tokens []int32) Grid {
	if c.Check() != nil || len(tokens) != c.SeqLen() {
		return Grid{}
	}
	rows, cols := c.extent(tokens)
	if rows == 0 {
		return Grid{}
	}
	g := Grid{Rows: rows, Cols: cols, Cells: make([]uint8, 0, rows*cols)}
	for r := range rows {
		for _, t := range tokens[r*c.Side:][:cols] {
			g.Cells = append(g.Cells, uint8(t-ColourToken))
		}
	}
	return g
}

// extent returns the sides of the rectangle that [Canvas.Crop] is to take.
func (c Canvas) extent(tokens []int32) (rows, cols int) {
	width := c.Side
	for r := range c.Side {
		for i, t := range tokens[r*c.Side:][:width] {
			if t < ColourToken || t >= Vocab {
				width = i
				break
			}
		}
		if (r+1)*width > rows*cols {
			rows, cols = r+1, width
		}
	}
	return rows, cols
}
