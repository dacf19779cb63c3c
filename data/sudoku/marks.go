package sudoku

import "math/bits"

// marks are the candidates of the cells, as bit masks with digit d at bit d-1.
type marks [Cells]uint16

// mark is the mask of a digit.
func mark(d uint8) uint16 { return 1 << (d - 1) }

// byGivens returns the candidates that the givens in sight leave.
func byGivens(g *Grid) (m marks) {
	rows, cols, boxes, _ := g.units()
	for i, d := range g {
		if d != 0 {
			m[i] = mark(d)
		} else {
			m[i] = allDigits &^ ((rows[cellRow[i]] | cols[cellCol[i]] | boxes[cellBox[i]]) >> 1)
		}
	}
	return m
}

// deduce returns the candidates that the deductions leave, none at all if these come to a
// contradiction.
func (s *Solver) deduce(g *Grid) (m marks) {
	if !s.deduceFirst(g) {
		return m
	}
	for b := range s.stack[0].cand {
		for d, cells := range s.stack[0].cand[b] {
			for ; cells != 0; cells &= cells - 1 {
				m[27*b+bits.TrailingZeros32(cells)] |= 1 << d
			}
		}
	}
	return m
}
