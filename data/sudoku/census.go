package sudoku

import "math/bits"

// censusLimit is up to how many solutions a census looks at.
const censusLimit = 300

// census tells which digits the solutions of a grid have at each cell, as bit masks
// with digit d at bit d.
type census struct {
	once, more [Cells]uint16 // in at least one of them, and in several
}

// take looks at all solutions of g and reports whether they are fewer than the limit.
func (c *census) take(s *Solver, g *Grid) bool {
	*c = census{}
	s.load(g)
	for range censusLimit {
		if !s.next() {
			return true
		}
		c.add(&s.stack[s.depth+1])
	}
	return false
}

func (c *census) add(solution *solverState) {
	for b := range 3 {
		for d, m := range &solution.cand[b] {
			bit := uint16(2) << d
			for ; m != 0; m &= m - 1 {
				cell := 27*b + bits.TrailingZeros32(m)
				c.more[cell] |= c.once[cell] & bit
				c.once[cell] |= bit
			}
		}
	}
}

// given is a digit at a cell.
type given struct{ cell, digit uint8 }

// single appends the givens that just one of the solutions has.
func (c *census) single(list []given) []given {
	for cell, m := range c.once {
		for x := m &^ c.more[cell]; x != 0; x &= x - 1 {
			list = append(list, given{uint8(cell), uint8(bits.TrailingZeros16(x))})
		}
	}
	return list
}
