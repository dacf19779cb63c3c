package sudoku

import (
	"math/bits"
	"math/rand/v2"
)

// Two open cells of a box in one row, the base, have four candidates between them. Each of
// the other two boxes of the band has a target, a cell in another row than the base; the
// third cell of its column in the band, its companion, can have none of the four digits.
// Three columns cross the band: those of the targets, and that of the base's box without
// base cells. If each of the four digits can stand in these columns, outside the band, in
// two rows or columns at most, then the targets have the digits of the base: players call
// that a junior exocet, after D. P. Bird. Nearly half the puzzles of Sudoku-Extreme rated
// above 10 are such, and nearly all of those have in common what is asked for here.

// exocet is a plan for a puzzle with one in the first band, whose base is cells 1 and 2. The
// columns that cross the band are those of cell 0 and of the targets.
type exocet struct {
	solution   Grid
	digits     uint16 // four: those of the base, and of the cells below cell 0
	targets    [2]int // in the second and third box, in different rows below the base
	companions [2]int // in the other row below the base, in the columns of the targets
}

// plan looks for an exocet in a solution and reports whether there is one. There may be two:
// in the first the target of the second box has the digit of cell 1, in the other that of
// cell 2.
func (x *exocet) plan(solution *Grid, second bool) bool {
	x.solution = *solution
	a, b := solution[1], solution[2]
	x.digits = mark(a) | mark(b) | mark(solution[9]) | mark(solution[18])
	if second {
		a, b = b, a
	}
	for box, d := range []uint8{a, b} {
		t := 3*box + 3
		for solution[9+t] != d && solution[18+t] != d {
			t++
		}
		row := 1
		if solution[9+t] != d {
			row = 2
		}
		x.targets[box], x.companions[box] = 9*row+t, 9*(3-row)+t
	}
	return x.targets[0]/9 != x.targets[1]/9 && !x.has(x.companions[0]) && !x.has(x.companions[1])
}

// find looks for an exocet with this base in a puzzle and reports whether there is one. The
// plan is then good for holds alone: it has no solution.
func (x *exocet) find(m *marks) bool {
	x.digits = m[1] | m[2]
	if bits.OnesCount16(x.digits) != 4 {
		return false
	}
	for i := range 18 {
		row := 9 + i/9*9
		first, second := 3+i%3, 6+i/3%3
		x.targets = [2]int{row + first, 27 - row + second}
		x.companions = [2]int{27 - row + first, row + second}
		if x.holds(m) {
			return true
		}
	}
	return false
}

// has reports whether a cell has one of the four digits.
func (x *exocet) has(cell int) bool { return mark(x.solution[cell])&x.digits != 0 }

// crosses reports whether a cell is in one of the three columns.
func (x *exocet) crosses(cell int) bool {
	c := cell % 9
	return c == 0 || c == x.targets[0]%9 || c == x.targets[1]%9
}

// barred reports whether a cell must not be given, whatever its digit.
func (x *exocet) barred(cell int) bool {
	switch r := cell / 9; {
	case r > 2:
		return false
	case cell%9 == 0:
		return r > 0
	case r == 0:
		return x.crosses(cell)
	}
	for _, c := range x.companions {
		if c/9 == cell/9 && cellBox[c] == cellBox[cell] {
			return c != cell
		}
	}
	return false
}

// start returns the solution less what must not be given: the barred cells, and the four
// digits in the band and in the columns that cross it; also less most of them in the columns
// of the base.
func (x *exocet) start(rng *rand.Rand) Grid {
	g := x.solution
	for cell := range g {
		if x.barred(cell) || x.has(cell) && (cell < 27 || x.crosses(cell) || cell%9 < 3 && rng.IntN(6) > 0) {
			g[cell] = 0
		}
	}
	return g
}

// holds reports whether the candidates leave an exocet.
func (x *exocet) holds(m *marks) bool {
	base := m[1] | m[2]
	if base != x.digits || bits.OnesCount16(m[1]) < 2 || bits.OnesCount16(m[2]) < 2 {
		return false
	}
	for i, t := range x.targets {
		if m[t]&x.digits != x.digits || m[x.companions[i]]&x.digits != 0 {
			return false
		}
	}
	for d := x.digits; d != 0; d &= d - 1 {
		if !x.inTwoLines(m, d&-d) {
			return false
		}
	}
	return true
}

// inTwoLines reports whether the cells that cross the band below it can have a digit in
// two lines at most.
func (x *exocet) inTwoLines(m *marks, digit uint16) bool {
	columns := [3]int{0, x.targets[0] % 9, x.targets[1] % 9}
	var rows [3]uint16 // where the digit can be in each of the columns
	for i, c := range columns {
		for r := 3; r < 9; r++ {
			if m[9*r+c]&digit != 0 {
				rows[i] |= 1 << r
			}
		}
	}
	if bits.OnesCount16(rows[0]|rows[1]|rows[2]) <= 2 {
		return true
	}
	for i := range rows {
		a, b := rows[(i+1)%3], rows[(i+2)%3]
		if a == 0 || b == 0 || bits.OnesCount16(a|b) <= 1 {
			return true // the column, and the other one or a row
		}
	}
	return false
}

// aroundExocet takes givens away from the solution of a plan as long as it stays the only
// one and the exocet lasts. It reports whether the puzzle is what is wanted.
func (s *Solver) aroundExocet(x *exocet, rng *rand.Rand) (Grid, bool) {
	g := x.start(rng)
	lasts := func(g *Grid) bool {
		m := byGivens(g)
		return x.holds(&m)
	}
	may := func(g *Grid, cell int) bool { return !x.barred(cell) && lasts(g) }
	if !lasts(&g) || !s.complete(rng, &g, &x.solution, may) {
		return g, false
	}
	s.reduceWhile(&g, x.order(rng), lasts)
	m := s.deduce(&g)
	return g, x.holds(&m) && s.minimal(&g)
}

// order returns the cells in the order in which to take givens away.
func (x *exocet) order(rng *rand.Rand) []uint8 {
	return lateOrder(rng, func(cell int) int {
		switch {
		case cell < 27 || x.crosses(cell):
			return 2
		case x.has(cell):
			return 1
		}
		return 0
	})
}

// neighbour makes a random neighbour of a puzzle that needs all its givens too and has the
// same exocet, or returns false.
func (x *exocet) neighbour(w *walk, rng *rand.Rand, p *Grid) (Grid, bool) {
	next := *p
	if rng.IntN(5) < 2 {
		w.solver.sameSolution(rng, &next)
	} else if !w.swap(rng, &next) {
		return next, false
	}
	if next == *p {
		return next, false
	}
	m := w.solver.deduce(&next)
	return next, x.holds(&m) && w.solver.minimal(&next)
}
