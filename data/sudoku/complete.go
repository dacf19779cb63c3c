package sudoku

import "math/rand/v2"

// complete adds givens of a solution to a puzzle until it is the only one, each at a random
// cell at which another differs and that will do once it is given. It returns false if there
// is none.
func (s *Solver) complete(rng *rand.Rand, p, solution *Grid, will func(p *Grid, cell int) bool) bool {
	var other Grid
	for s.another(p, solution, &other) {
		if !addGiven(rng, p, solution, &other, will) {
			return false
		}
	}
	return true
}

// another finds a solution of p apart from the known one.
func (s *Solver) another(p, known, other *Grid) bool {
	s.load(p)
	for s.next() {
		if s.read(other); *other != *known {
			return true
		}
	}
	return false
}

// addGiven gives a cell at which the other solution differs.
func addGiven(rng *rand.Rand, p, solution, other *Grid, will func(p *Grid, cell int) bool) bool {
	for _, c := range shuffledCells(rng) {
		if solution[c] == other[c] {
			continue
		}
		if p[c] = solution[c]; will(p, int(c)) {
			return true
		}
		p[c] = 0
	}
	return false
}
