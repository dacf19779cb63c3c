package sudoku

// Solver finds solutions of Sudokus exactly: it applies naked and hidden singles,
// locked candidates and full triples to exhaustion, then guesses in which three
// cells of a box, in line, a digit stands, where the fewest possibilities are
// left. The zero value is ready to use. A Solver is reused from puzzle to puzzle
// and allocates nothing; it is not safe for concurrent use.
type Solver struct {
	// A guess decides the minirow or the minicolumn of a digit in a box, which can
	// happen 2*81 times on the way down.
	stack    [2*Cells + 1]solverState
	depth    int // of the next position to look at, -1 for none
	guesses  int // made since load
	patterns patterns
}

// Count returns the number of solutions of g, or limit if there are at least
// that many. It returns 0 for a grid that breaks the rules.
func (s *Solver) Count(g Grid, limit int) int {
	s.load(&g)
	n := 0
	for n < limit && s.next() {
		n++
	}
	return n
}

// Solve returns the first solution found and the number of guesses made on the
// way. Trying one of several possibilities counts as a guess; keeping the others
// after it has failed does not, but choosing among them does if they are several.
// ok is false, and the solution blank, if there is none; guesses is then the number
// it took to know that.
func (s *Solver) Solve(g Grid) (solution Grid, guesses int, ok bool) {
	s.load(&g)
	if ok = s.next(); ok {
		s.read(&solution)
	}
	return solution, s.guesses, ok
}

// CountGuesses returns the number of guesses of [Solver.Solve] averaged over g and
// copies-1 symmetric copies of it, always the same ones. The average depends less
// than a single count on the luck of the order in which candidates are tried.
// There are 64 different copies, so that more are no use; below 1 counts as 1. It
// returns 0 for a grid without solution.
func (s *Solver) CountGuesses(g Grid, copies int) float64 {
	total := 0
	copies = min(max(copies, 1), len(ratingSymmetries))
	for i := range copies {
		total += s.copyGuesses(&g, i)
	}
	return float64(total) / float64(copies)
}

// copyGuesses returns the guesses of Solve for symmetric copy i of g, 0 if there is no
// solution.
func (s *Solver) copyGuesses(g *Grid, i int) int {
	var image Grid
	ratingSymmetries[i].apply(&image, g)
	s.load(&image)
	if !s.next() {
		return 0
	}
	return s.guesses
}

// canDiffer reports whether g has a solution without digit d at the blank cell.
// For a puzzle that has one solution with d there it tells whether the cell is
// needed, in less time than counting, which finds the known solution first.
func (s *Solver) canDiffer(g *Grid, cell int, d uint8) bool {
	s.load(g)
	s.stack[0].cand[cell/27][d-1] &^= 1 << (cell % 27)
	return s.next()
}

// load sets up the first position, or none if the givens clash.
func (s *Solver) load(g *Grid) {
	s.depth, s.guesses = -1, 0
	st := &s.stack[0]
	keep, given, filled := allKept, [3][9]uint32{}, [3]uint32{}
	for i, v := range g {
		if v == 0 {
			continue
		}
		if v > 9 {
			return
		}
		b, c, d := i/27, i%27, v-1
		keep[b][d] &= keepCell[c]
		given[b][d] |= 1 << c
		filled[b] |= 1 << c
	}
	for b := range 3 {
		for d := range 9 {
			if given[b][d]&^keep[b][d] != 0 {
				return
			}
			st.cand[b][d] = keep[b][d]&^filled[b] | given[b][d]
		}
		st.unsolved[b] = bandCells &^ filled[b]
	}
	st.dirty = allDigits
	s.depth = 0
}

// deduceFirst sets up the first position with all deductions made; false means that they
// come to a contradiction.
func (s *Solver) deduceFirst(g *Grid) bool {
	s.load(g)
	return s.depth >= 0 && s.stack[0].propagate(&s.patterns)
}

// next walks on through the tree below the first position to the next solution,
// which is then the position one below the depth.
func (s *Solver) next() bool {
	depth := s.depth
	for depth >= 0 {
		st := &s.stack[depth]
		if !st.propagate(&s.patterns) {
			depth--
			continue
		}
		if !st.open() {
			s.depth = depth - 1
			return true
		}
		d, place := s.patterns.choose()
		next := &s.stack[depth+1]
		*next = *st
		for b, cells := range place {
			if cells != 0 {
				next.cand[b][d] &= cells | ^boxAround(cells)
				// This level is what remains if the guess fails.
				st.cand[b][d] &^= cells
			}
		}
		next.dirty = 1 << d
		st.dirty = 1 << d
		depth++
		s.guesses++
	}
	s.depth = -1
	return false
}

// read writes the solution that next found into g.
func (s *Solver) read(g *Grid) { s.stack[s.depth+1].read(g) }
