package sudoku

import "math/bits"

// The solver keeps, for every digit and every band (three rows), the cells where
// the digit may still stand as 27 bits: bit 9*r+c is row r of the band, column c.
//
// In a band a digit stands once in each row and once in each box. Which row it
// takes in which box is therefore a permutation of three things, and a table
// over the nine (row, box) intersections, the minirows, tells which of them
// belong to some permutation that is still possible. The same table serves the
// three columns and three boxes of a stack, with minicolumns. Together the two
// sides contain hidden singles and locked candidates.
const (
	bandCells = 1<<27 - 1
	rowCells  = 1<<9 - 1
	// threeRows copies nine column bits into the three rows of a band.
	threeRows = 1 | 1<<9 | 1<<18
	allDigits = 1<<9 - 1
)

// solverState is a position of the search.
type solverState struct {
	cand     [3][9]uint32 // by band and digit
	unsolved [3]uint32    // cells without a digit, by band
	dirty    uint32       // digits whose candidates changed since they were looked at
}

// open reports whether cells are without a digit.
func (st *solverState) open() bool { return st.unsolved[0]|st.unsolved[1]|st.unsolved[2] != 0 }

// propagate applies the deductions to exhaustion; false means a contradiction. It
// leaves the patterns of the position in p.
func (st *solverState) propagate(p *patterns) bool {
	for {
		for st.dirty != 0 {
			d := bits.TrailingZeros32(st.dirty)
			st.dirty &= st.dirty - 1
			if !st.digit(d) {
				return false
			}
		}
		if !st.nakedSingles() {
			return false
		}
		if st.dirty == 0 && !st.triples(p) {
			return false
		}
		if st.dirty == 0 {
			return true
		}
	}
}

// triples applies what a minirow or minicolumn of three cells allows: at most
// three digits, and no others once three are known to stand there. Without it a
// grid with few givens can be searched in vain for very long. It leaves the
// patterns of all digits in p, which are valid if nothing became dirty.
func (st *solverState) triples(p *patterns) bool {
	var rows, cols digitSum
	var inRow, inCol [9]uint32
	for d := range 9 {
		m0, m1, m2 := st.cand[0][d], st.cand[1][d], st.cand[2][d]
		r0, r1, r2 := rowPattern(m0), rowPattern(m1), rowPattern(m2)
		x := stackPatterns(m0, m1, m2)
		c0, c1, c2 := x&rowCells, x>>9&rowCells, x>>18&rowCells
		p[0][d], p[1][d], p[2][d] = uint16(r0), uint16(r1), uint16(r2)
		p[3][d], p[4][d], p[5][d] = uint16(c0), uint16(c1), uint16(c2)
		inRow[d] = uint32(permHeld[r0]) | uint32(permHeld[r1])<<9 | uint32(permHeld[r2])<<18
		inCol[d] = uint32(permHeld[c0]) | uint32(permHeld[c1])<<9 | uint32(permHeld[c2])<<18
		rows.add(inRow[d])
		cols.add(inCol[d])
	}
	if rows.four|cols.four != 0 {
		return false
	}
	for d := range 9 {
		// The triples that are full without d.
		r, c := rows.three&^inRow[d], cols.three&^inCol[d]
		for b := range 3 {
			st.clear(b, d, widen[r>>(9*b)&rowCells]|colSide(c>>(3*b)))
		}
	}
	return true
}

// clear takes digit d off cells of band b.
func (st *solverState) clear(b, d int, cells uint32) {
	if m := st.cand[b][d]; m&cells != 0 {
		st.cand[b][d] = m &^ cells
		st.dirty |= 1 << d
	}
}

// patterns are the minirows of the three bands and the minicolumns of the three
// stacks that each digit can take.
type patterns [6][9]uint16

// digitSum counts up to four at each of 32 bits: a bit of three is set where at
// least three of the added words have it.
type digitSum struct{ one, two, three, four uint32 }

func (s *digitSum) add(m uint32) {
	s.four |= s.three & m
	s.three |= s.two & m
	s.two |= s.one & m
	s.one |= m
}

// digit makes all deductions about one digit.
func (st *solverState) digit(d int) bool {
	m0, m1, m2 := st.cand[0][d], st.cand[1][d], st.cand[2][d]
	for {
		n0 := m0 & rowSide(m0)
		n1 := m1 & rowSide(m1)
		n2 := m2 & rowSide(m2)
		if n0 == 0 || n1 == 0 || n2 == 0 {
			return false
		}
		x := stackPatterns(n0, n1, n2)
		y0, y1, y2 := permUnion[x&rowCells], permUnion[x>>9&rowCells], permUnion[x>>18&rowCells]
		if y0 == 0 || y1 == 0 || y2 == 0 {
			return false
		}
		y := uint32(y0) | uint32(y1)<<9 | uint32(y2)<<18
		n0 &= colSide(y)
		n1 &= colSide(y >> 3)
		n2 &= colSide(y >> 6)
		if n0 == m0 && n1 == m1 && n2 == m2 {
			break
		}
		m0, m1, m2 = n0, n1, n2
	}
	st.cand[0][d], st.cand[1][d], st.cand[2][d] = m0, m1, m2
	st.settle(0, d, m0)
	st.settle(1, d, m1)
	st.settle(2, d, m2)
	return true
}

// rowSide returns the cells of the minirows that some placement in the band uses.
func rowSide(m uint32) uint32 {
	return permCells[rowPattern(m)]
}

// rowPattern returns the minirows in which m has a cell.
func rowPattern(m uint32) uint32 {
	return (uint32(rowTriples[m&rowCells]) | uint32(rowTriples[m>>9&rowCells])<<3 | uint32(rowTriples[m>>18&rowCells])<<6) & rowCells
}

// stackPatterns returns, nine bits for each stack, the minicolumns in which the
// cells of a digit stand: bit 3*b+c is column c of the stack within band b.
func stackPatterns(m0, m1, m2 uint32) uint32 {
	return colTriples[foldRows(m0)] | colTriples[foldRows(m1)]<<3 | colTriples[foldRows(m2)]<<6
}

// foldRows returns the columns in which m has a cell.
func foldRows(m uint32) uint32 {
	return (m | m>>9 | m>>18) & rowCells
}

// colSide collects the column bits of one band out of the three stack patterns
// in y and copies them to all rows.
func colSide(y uint32) uint32 {
	return (y&0o7 | y>>6&0o70 | y>>12&0o700) * threeRows
}

// boxAround returns the box that holds the given cells of one box.
func boxAround(cells uint32) uint32 {
	switch c := foldRows(cells); {
	case c&0o7 != 0:
		return 0o7 * threeRows
	case c&0o70 != 0:
		return 0o70 * threeRows
	default:
		return 0o700 * threeRows
	}
}

// settle takes the other digits off the cells that digit d is now known to hold.
// After the deductions of digit a cell is the only one of its box exactly if it
// is the only one of its row.
func (st *solverState) settle(b, d int, m uint32) {
	fixed := m & singleRow(m) & st.unsolved[b]
	if fixed == 0 {
		return
	}
	st.unsolved[b] &^= fixed
	cand := &st.cand[b]
	for e := range cand {
		if cand[e]&fixed != 0 && e != d {
			cand[e] &^= fixed
			st.dirty |= 1 << e
		}
	}
}

// singleRow returns the rows of a band in which m has exactly one cell; m has at
// least one in each.
func singleRow(m uint32) uint32 {
	var rows uint32
	if r := m & rowCells; r&(r-1) == 0 {
		rows = rowCells
	}
	if r := m >> 9 & rowCells; r&(r-1) == 0 {
		rows |= rowCells << 9
	}
	if r := m >> 18; r&(r-1) == 0 {
		rows |= rowCells << 18
	}
	return rows
}

// nakedSingles fills the cells that have one candidate left; false means that a
// cell has none, or that two of them clash.
func (st *solverState) nakedSingles() bool {
	for b := range 3 {
		if st.unsolved[b] == 0 {
			continue
		}
		cand := &st.cand[b]
		var one, two uint32
		for _, m := range cand {
			two |= one & m
			one |= m
		}
		if one != bandCells {
			return false
		}
		naked := st.unsolved[b] &^ two
		for d := 0; naked != 0 && d < 9; d++ {
			for x := cand[d] & naked; x != 0; x &= x - 1 {
				c := bits.TrailingZeros32(x)
				if cand[d]&(1<<c) == 0 {
					return false
				}
				cand[d] &= keepCell[c]
				st.dirty |= 1 << d
				naked &^= 1 << c
			}
		}
	}
	return true
}

// choose picks a digit and a minirow or minicolumn to try it in. Like tdoku it
// goes by permutations instead of cells, which needs about half the guesses: of
// the three bands and three stacks the one with the fewest permutations left over
// all digits, there the digit with the fewest of its own, and of its places one
// that a part of them use.
func (p *patterns) choose() (d int, place [3]uint32) {
	best, fewest := 0, ^uint32(0)
	for i := range p {
		n := uint32(0)
		for _, x := range &p[i] {
			n += uint32(permCount[x&rowCells])
		}
		// Nine are one for each digit: nothing is left to choose.
		if n > 9 && n < fewest {
			best, fewest = i, n
		}
	}
	n := uint8(7)
	for e, x := range &p[best] {
		if c := permCount[x&rowCells]; c > 1 && c < n {
			d, n = e, c
		}
	}
	k := permPick[p[best][d]]
	if best < 3 {
		place[best] = 7 << (3 * k)
	} else {
		place[k/3] = threeRows << (3*(best-3) + int(k%3))
	}
	return d, place
}

// read writes the digits of a position without unsolved cells into g.
func (st *solverState) read(g *Grid) {
	for b := range 3 {
		for d, m := range &st.cand[b] {
			for ; m != 0; m &= m - 1 {
				g[27*b+bits.TrailingZeros32(m)] = uint8(d + 1)
			}
		}
	}
}
