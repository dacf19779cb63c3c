package sudoku

import "math/rand/v2"

// sameSolution takes up to three givens away and adds others until the solution is the
// only one again, then takes away what is not needed.
func (s *Solver) sameSolution(rng *rand.Rand, p *Grid) {
	solution, _, _ := s.Solve(*p)
	left := 1 + rng.IntN(3)
	for _, c := range shuffledCells(rng) {
		if p[c] != 0 && left > 0 {
			p[c] = 0
			left--
		}
	}
	s.complete(rng, p, &solution, func(*Grid, int) bool { return true })
	s.reduce(rng, p)
}

// swap exchanges a random given for one that makes another solution, or the same one, the
// only one. It returns false if the solutions without the given are too many.
func (w *walk) swap(rng *rand.Rand, p *Grid) bool {
	for _, cell := range shuffledCells(rng) {
		if p[cell] == 0 {
			continue
		}
		if !w.without(p, int(cell)) {
			return false
		}
		g := w.list[rng.IntN(len(w.list))]
		p[g.cell] = g.digit
		return true
	}
	return false
}
