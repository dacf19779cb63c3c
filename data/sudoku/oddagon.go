package sudoku

import (
	"math/bits"
	"math/rand/v2"
)

// Three digits cannot fill twelve cells that lie in four boxes at the corners of a
// rectangle, three in each box in different rows and columns, if in one or three of the
// boxes these run the other way: players call that a trivalue oddagon. Where the cells
// have few candidates besides, the guardians, one of these is right. What is known of the
// three digits then is only how they alternate, and trials do not get far. About a quarter
// of the puzzles of Sudoku-Extreme rated above 10 are such, and nearly all of those have
// in common what is asked for here: it makes them hard to get at.

const (
	// mostGuardians is how many guardians the deductions leave at most.
	mostGuardians = 4
	// mostByGivens is how many the givens leave. With fewer the puzzle keeps too many givens.
	mostByGivens = 8
	// oddagonTries is how often a plan is tried, which costs less than to find another.
	oddagonTries = 4
)

// oddagon is a plan for a puzzle with one in the first two bands and stacks.
type oddagon struct {
	solution Grid
	digits   uint16  // the three
	cells    [12]int // the twelve
	guardian int     // the one of them that has another digit
	extra    int     // the cell of its row and box that has one of the three instead
	given    [2]int  // the givens of the three: in one column, far from the twelve
	between  int     // the third cell of that column and box
	beside   int     // in the guardian's column and the row of the given equal to extra
}

// plan looks for an oddagon in a solution and reports whether there is one.
func (o *oddagon) plan(solution *Grid) bool {
	o.solution = *solution
	var minirows [12]uint16 // the digits of the rows of the four boxes
	for i := range minirows {
		for c := range 3 {
			minirows[i] |= mark(solution[9*(i/2)+i%2*3+c])
		}
	}
	for _, digits := range threeDigits {
		if eachHasOne(&minirows, digits) {
			if o.digits = digits; o.place() && o.giveTwo() {
				return true
			}
		}
	}
	return false
}

// threeDigits lists the sets of three digits.
var threeDigits = func() (sets []uint16) {
	for m := range uint16(allDigits + 1) {
		if bits.OnesCount16(m) == 3 {
			sets = append(sets, m)
		}
	}
	return sets
}()

// eachHasOne reports whether each of some sets of digits has one of the digits.
func eachHasOne(sets *[12]uint16, digits uint16) bool {
	for _, s := range sets {
		if x := s & digits; x == 0 || x&(x-1) != 0 {
			return false
		}
	}
	return true
}

// has reports whether a cell has one of the three digits.
func (o *oddagon) has(cell int) bool { return mark(o.solution[cell])&o.digits != 0 }

// place finds the twelve cells. They are those of the three digits, in a row of a box one
// each, except for the guardian: in its box two of the three digits share a column.
func (o *oddagon) place() bool {
	odd, left := -1, 0 // the box of the guardian, and how many boxes run to the left
	var cols [4][3]int
	for box := range cols {
		for r := range 3 {
			cols[box][r] = o.column(9*(box/2*3+r) + box%2*3)
		}
		switch c := cols[box]; {
		case c[0] != c[1] && c[1] != c[2] && c[2] != c[0]:
			left += toLeft(c)
		case odd < 0 && (c[0] != c[1] || c[1] != c[2]):
			odd = box
		default:
			return false
		}
	}
	if odd < 0 {
		return false
	}
	shared := cols[odd]
	r := o.displace(&cols[odd], left)
	for i := range o.cells {
		o.cells[i] = 9*(i/6*3+i%3) + i/3%2*3 + cols[i/3][i%3]
	}
	o.guardian = o.cells[3*odd+r]
	o.extra = o.guardian + shared[r] - cols[odd][r]
	return true
}

// column returns which of the three cells from this one on in a row has one of the digits.
func (o *oddagon) column(cell int) int {
	c := 0
	for !o.has(cell + c) {
		c++
	}
	return c
}

// toLeft is 1 if the columns of three rows go to the left, around the edge, else 0.
func toLeft(c [3]int) int {
	if (c[1]-c[0]+3)%3 == 2 {
		return 1
	}
	return 0
}

// displace moves one of the two cells of the guardian's box that share a column to the
// free column, the one that leaves an odd number of boxes to the left. It returns its row.
func (o *oddagon) displace(c *[3]int, left int) int {
	for r := range c {
		a, b := c[(r+1)%3], c[(r+2)%3]
		if a == b {
			continue // not one of the two
		}
		moved := *c
		moved[r] = 3 - a - b
		if (left+toLeft(moved))%2 == 1 {
			*c = moved
			return r
		}
	}
	panic("sudoku: the two ways to move a cell differ in direction")
}

// giveTwo finds the two givens, in the box that sees none of the four, and reports whether
// there are such, and whether the third digit, which is not given, is in the right place in
// the box beside that of the guardian: in its row or in the column of the two, not in both.
func (o *oddagon) giveTwo() bool {
	const corner = 60
	first, second, between := -1, -1, -1
	for i := range 9 {
		if cell := corner + 9*(i/3) + i%3; o.solution[cell] == o.solution[o.extra] {
			first = cell
		}
	}
	for r := range 3 {
		cell := corner + 9*r + first%9 - 6
		switch {
		case cell == first:
		case !o.has(cell):
			between = cell
		default:
			second = cell
		}
	}
	if second < 0 || between < 0 {
		return false
	}
	o.given = [2]int{first, second}
	o.between = between
	o.beside = first/9*9 + o.guardian%9
	for i := range 9 {
		cell := o.guardian/27*27 + 9*(i/3) + 6 + i%3
		if mark(o.solution[cell]) == o.third() {
			return (cell/9 == o.guardian/9) != (cell%9 == first%9)
		}
	}
	return false
}

// third returns the one of the three digits that is not given.
func (o *oddagon) third() uint16 {
	return o.digits &^ mark(o.solution[o.given[0]]) &^ mark(o.solution[o.given[1]])
}

// start returns the solution less what must not be given.
func (o *oddagon) start() Grid {
	g := o.solution
	for cell := range g {
		if o.has(cell) && cell != o.given[0] && cell != o.given[1] {
			g[cell] = 0
		}
	}
	g[o.guardian], g[o.between], g[o.beside] = 0, 0, 0
	return g
}

// guardians counts the candidates of the twelve cells that are none of the three digits,
// or returns Cells if one of these is missing.
func (o *oddagon) guardians(m *marks) int {
	n := 0
	for _, cell := range o.cells {
		if m[cell]&o.digits != o.digits {
			return Cells
		}
		n += bits.OnesCount16(m[cell] &^ o.digits)
	}
	return n
}

// holds reports whether the deductions leave the oddagon, and what makes it hard.
func (o *oddagon) holds(m *marks) bool {
	third := o.third()
	both := third | mark(o.solution[o.given[1]])
	return o.guardians(m) <= mostGuardians && m[o.between]&third != 0 && m[o.beside]&both == both
}

// order returns the cells in the order in which to take givens away: those of the box of
// the two first, and last those of the four boxes and of the guardian's band.
func (o *oddagon) order(rng *rand.Rand) []uint8 {
	return lateOrder(rng, func(cell int) int {
		switch r, c := cell/9, cell%9; {
		case r >= 6 && c >= 6:
			return 0
		case r < 6 && c < 6 || r/3 == o.guardian/27:
			return 2
		}
		return 1
	})
}

// aroundOddagon takes givens away from the solution of a plan as long as it stays the only
// one and the oddagon lasts. It reports whether the puzzle is what is wanted.
func (s *Solver) aroundOddagon(o *oddagon, rng *rand.Rand) (Grid, bool) {
	start := o.start()
	if s.Count(start, 2) != 1 {
		return start, false
	}
	for range oddagonTries {
		g := start
		s.reduceWhile(&g, o.order(rng), func(g *Grid) bool {
			m := byGivens(g)
			return o.guardians(&m) <= mostByGivens
		})
		if o.isHard(s, &g) {
			return g, true
		}
	}
	return start, false
}

// isHard reports whether a puzzle of the solution is what is wanted: that the oddagon holds,
// and that it needs all its givens and withstands trials, even where the guardian is known.
func (o *oddagon) isHard(s *Solver, g *Grid) bool {
	m := s.deduce(g)
	if !o.holds(&m) || !s.minimal(g) || !s.withstandsTrials(g) {
		return false
	}
	known := *g
	known[o.guardian] = o.solution[o.guardian]
	return s.withstandsTrials(&known)
}
