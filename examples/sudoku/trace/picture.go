package trace

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"strconv"

	"github.com/rereadml/reread/data/sudoku"
)

// The picture of a step is a line of text, the board and two charts.
const (
	border      = 24
	cell        = 54
	boardTop    = 62
	boardSize   = 9 * cell
	pictureSize = boardSize + 2*border
	chartTop    = boardTop + boardSize + 50
	chartHeight = 76
	chartWidth  = (boardSize - border) / 2
	pictureTall = chartTop + chartHeight + border
)

var (
	paper   = color.RGBA{253, 252, 249, 255}
	ink     = color.RGBA{28, 32, 43, 255}
	answer  = color.RGBA{36, 98, 184, 255}
	change  = color.RGBA{200, 84, 20, 255}
	doubt   = color.RGBA{241, 226, 196, 255} // behind a cell of no confidence
	faint   = color.RGBA{206, 203, 196, 255}
	caption = color.RGBA{104, 106, 112, 255}
)

// picture draws a step, counted from 0; -1 is the puzzle before the first.
func (t *Trace) picture(step int) canvas {
	c := newCanvas(pictureSize, pictureTall)
	c.fill(c.Rect, paper)
	c.heading(t, step)
	givens, now := t.Puzzle.Grid(), t.Puzzle.Grid()
	if step >= 0 {
		now = t.Steps[step].Tokens.Grid()
	}
	for i := range sudoku.Cells {
		switch {
		case now[i] != givens[i]:
			c.answer(i, &t.Steps[step])
		case givens[i] != 0:
			c.digit(i, int(givens[i]), 0, 0, 25, pen{ink, 1, 4})
		}
	}
	c.rules()
	c.charts(t, step)
	return c
}

// heading says which step it is and what it did.
func (c canvas) heading(t *Trace, step int) {
	const height, base, weight = 14, 42, 2.2
	if step < 0 {
		c.text(t.givens(), border, base, height, pen{ink, 1, weight})
		return
	}
	s := &t.Steps[step]
	right, colour := fmt.Sprintf("%d changed", len(s.Changed)), change
	switch {
	case s.Accepted:
		right, colour = "solved", answer
	case step == len(t.Steps)-1:
		right, colour = "not solved", ink
	}
	left := fmt.Sprintf("step %d of %d", s.N, len(t.Steps))
	if s.Line > 1 {
		left += fmt.Sprintf(", line %d", s.Line)
	}
	c.text(left, border, base, height, pen{ink, 1, weight})
	c.text(right, pictureSize-border-width(right, height), base, height, pen{colour, 1, weight})
}

// corner returns the upper left corner of a cell.
func corner(i int) image.Point {
	return image.Pt(border+i%9*cell, boardTop+i/9*cell)
}

// rules draws the lines between cells, and over them those around boxes.
func (c canvas) rules() {
	for i := range 10 {
		if i%3 != 0 {
			c.rule(i, 0, faint)
		}
	}
	for i := 0; i < 10; i += 3 {
		c.rule(i, 1, ink)
	}
}

// rule draws the line before a row and that before a column.
func (c canvas) rule(i, half int, colour color.RGBA) {
	across := image.Rect(border, boardTop+i*cell, border+boardSize+1, boardTop+i*cell+1)
	down := image.Rect(border+i*cell, boardTop, border+i*cell+1, boardTop+boardSize+1)
	c.fill(across.Inset(-half), colour)
	c.fill(down.Inset(-half), colour)
}

// answer draws a cell that is not given. A digit that is more likely than not
// stands under the other candidates, else all have their places.
func (c canvas) answer(i int, s *Step) {
	at := corner(i)
	c.fill(image.Rectangle{at, at.Add(image.Pt(cell, cell))}, mix(paper, doubt, 1-float64(s.Confidence[i])))
	colour := answer
	if slices.Contains(s.Changed, i) {
		colour = change
	}
	best := int(s.Tokens.Grid()[i])
	others := s.others(i, best)
	large := s.Confidence[i] > 0.5 && best > 0
	for k, d := range others {
		x, y := ninth(d)
		if large {
			x, y = 8*(float64(k)-float64(len(others)-1)/2), -18
		}
		c.digit(i, d, x, y, 8.5, pen{ink, 0.2 + 0.8*float64(s.Candidates[i][d]), 1.2})
	}
	switch x, y := ninth(best); {
	case best == 0:
	case !large:
		c.digit(i, best, x, y, 8.5, pen{colour, 1, 2})
	case len(others) > 0:
		c.digit(i, best, 0, 4, 21, pen{colour, 1, 2.6})
	default:
		c.digit(i, best, 0, 0, 25, pen{colour, 1, 3})
	}
}

// others returns the candidates of a cell but one, in their order.
func (r *ReadOut) others(i, best int) (digits []int) {
	for d := range r.Candidates[i] {
		if d != best {
			digits = append(digits, d)
		}
	}
	slices.Sort(digits)
	return digits
}

// ninth returns the place of a candidate off the middle of its cell.
func ninth(digit int) (x, y float64) {
	return 16 * float64((digit+2)%3-1), 16 * float64((digit-1)/3-1)
}

// digit draws a digit off the middle of a cell.
func (c canvas) digit(i, digit int, x, y, height float64, p pen) {
	at := corner(i)
	text := strconv.Itoa(digit)
	x += float64(at.X) + (cell+1-width(text, height))/2
	y += float64(at.Y) + (cell+1+height)/2
	c.text(text, x, y, height, p)
}
