package sudoku

import "math/bits"

// marks are the candidates of the cells, as bit masks with digit d at bit d-1.
type marks [Cells]uint16

// mark is the mask of a digit.
func mark(d uint8) uint16 { return 1 << (d - 1) }

// byGivens returns the candidates that the givens in sight leave.
func byGivens(g *Grid) (m marks) {
	var rows, cols, boxes [9]uint16
	for i, d := range g {
		if d != 0 {
			rows[i/9] |= mark(d)
			cols[i%9] |= mark(d)
			boxes[boxOf(i)] |= mark(d)
		}
	}
	for i, d := range g {
		if m[i] = allDigits &^ (rows[i/9] | cols[i%9] | boxes[boxOf(i)]); d != 0 {
			m[i] = mark(d)
		}
	}
	return m
}

// boxOf returns the box of a cell.
func boxOf(cell int) int { return cell/27*3 + cell%9/3 }

// deduce returns the candidates that the deductions leave, or false if these come to a
// contradiction.
func (s *Solver) deduce(g *Grid) (m marks, ok bool) {
	s.load(g)
	st := &s.stack[0]
	if s.depth < 0 || !st.propagate(&s.patterns) {
		return m, false
	}
	for b := range st.cand {
		for d, cells := range st.cand[b] {
			for ; cells != 0; cells &= cells - 1 {
				m[27*b+bits.TrailingZeros32(cells)] |= 1 << d
			}
		}
	}
	return m, true
}
