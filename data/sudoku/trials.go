package sudoku

import "math/bits"

// mostTrials is how many trials may succeed on a puzzle that withstands them: of the
// puzzles of Sudoku-Extreme that do nineteen in twenty have no more.
const mostTrials = 12

// withstandsTrials reports whether a puzzle stays open after all trials, few of
// which succeed. A trial takes a candidate of an open cell for given, and succeeds in
// ruling it out if the deductions then come to a contradiction, without a guess.
//
// Nearly all puzzles are solved so, those that take a solver many guesses too. The
// hardest in the collections of players are not, nor those of Sudoku-Extreme rated
// above 10: they are beyond what D. Berthier calls T&E(1), trial and error of depth 1.
func (s *Solver) withstandsTrials(g *Grid) bool { return s.withstands(g, mostTrials) }

// withstands does so for a number of trials that may succeed. How many do depends on their
// order, and so on how the puzzle is turned; what is left in the end does not.
func (s *Solver) withstands(g *Grid, most int) bool {
	if !s.deduceFirst(g) {
		return false
	}
	for left, before := most, -1; left != before; {
		before = left
		if left = s.tryAll(left); left < 0 || !s.stack[0].open() {
			return false
		}
	}
	return true
}

// tryAll tries the candidates of the first position, of a puzzle that has a
// solution, and applies what it rules out. It returns how many more trials may
// succeed, and ends early once that is negative.
func (s *Solver) tryAll(left int) int {
	st := &s.stack[0]
	for b := range st.cand {
		for d := range st.cand[b] {
			for cells := st.cand[b][d] & st.unsolved[b]; cells != 0; cells &= cells - 1 {
				cell := bits.TrailingZeros32(cells)
				if st.cand[b][d]&st.unsolved[b]&(1<<cell) == 0 || s.try(b, d, cell) {
					continue
				}
				if left--; left < 0 {
					return left
				}
				st.clear(b, d, 1<<cell)
				st.propagate(&s.patterns)
			}
		}
	}
	return left
}

// try reports whether digit d at a cell of band b stands the deductions.
func (s *Solver) try(b, d, cell int) bool {
	st := &s.stack[1]
	*st = s.stack[0]
	for e := range st.cand[b] {
		if e != d {
			st.clear(b, e, 1<<cell)
		}
	}
	st.clear(b, d, ^keepCell[cell])
	return st.propagate(&s.patterns)
}
