package sudoku

import "math/bits"

// openRounds is how many rounds of trials openness looks at.
const openRounds = 8

// openness measures how far a puzzle is from being solved by trials, also one that is in
// the end, so that a search has something to climb. It is the sum of two things: which part
// of the candidates is left, on average, after one is taken for given, in thousandths; and
// how many candidates are left after each of some rounds in which all are tried at once, the
// first three counted double. It is 0 for a puzzle that the deductions solve, and above
// 1,900 mostly for those that withstand trials; the hardest of Sudoku-Extreme have up to
// 3,500.
func (s *Solver) openness(g *Grid) int {
	if !s.deduceFirst(g) {
		return 0
	}
	st := &s.stack[0]
	open := 0
	for round := range openRounds {
		n := st.candidates()
		if n == 0 {
			break
		}
		left := s.tryAllAtOnce()
		if round == 0 {
			open = 1000 * left / (n * n)
		}
		weight := 1
		if round < 3 {
			weight = 2
		}
		open += weight * st.candidates()
	}
	return open
}

// candidates counts the candidates of the cells without a digit.
func (st *solverState) candidates() int {
	n := 0
	for b := range st.cand {
		for _, cells := range st.cand[b] {
			n += bits.OnesCount32(cells & st.unsolved[b])
		}
	}
	return n
}

// tryAllAtOnce tries all candidates of the first position, then rules out what was refuted.
// It returns how many candidates the others left, added up.
func (s *Solver) tryAllAtOnce() (left int) {
	st := &s.stack[0]
	keep := st.cand
	for b := range st.cand {
		for d := range st.cand[b] {
			for cells := st.cand[b][d] & st.unsolved[b]; cells != 0; cells &= cells - 1 {
				cell := bits.TrailingZeros32(cells)
				if s.try(b, d, cell) {
					left += s.stack[1].candidates()
				} else {
					keep[b][d] &^= 1 << cell
				}
			}
		}
	}
	st.cand = keep
	st.dirty = allDigits
	st.propagate(&s.patterns)
	return left
}
