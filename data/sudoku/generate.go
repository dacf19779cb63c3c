package sudoku

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// ratingCopies is the number of symmetric copies a rating averages over.
	ratingCopies = 8
	// generatedSource is the source of generated puzzles.
	generatedSource = "reread"
)

// Rate returns the rating that [Generator] gives a puzzle: the guesses of
// [Solver.CountGuesses] over eight symmetric copies, rounded to the nearest
// integer. Averaging makes it a property of the puzzle more than of the order in
// which candidates happen to be tried. It is of the size of the rating in the
// published files, which counts the guesses of tdoku, and ranks puzzles much as
// that does, but the values of a single puzzle can be far apart.
func (s *Solver) Rate(g Grid) int {
	return int(math.Round(s.CountGuesses(g, ratingCopies)))
}

// Generator makes Sudokus with exactly one solution. The zero value is ready to
// use; it is not safe for concurrent use.
type Generator struct {
	walk walk
}

// Generate makes a puzzle with a rating of at least minRating. Its Rating is
// [Solver.Rate] of the puzzle, its Source "reread". The same state of rng gives
// the same puzzle. For many puzzles of all ratings see [Generator.Series].
//
// A random full grid loses givens as long as the solution stays unique. If the
// puzzle is too easy, a random walk goes on from there to harder ones, starting again
// from a new grid when that stalls. With minRating 0 every puzzle left by the first
// stage will do. The time grows with minRating, from well below a millisecond for 0
// to about half a second for 20, and for a rating beyond the reach of the walk it
// goes on until ctx ends, whose error is then returned.
func (g *Generator) Generate(ctx context.Context, rng *rand.Rand, minRating int) (Puzzle, error) {
	if rng == nil {
		return Puzzle{}, errors.New("sudoku: generate: no random generator")
	}
	if minRating < 0 {
		return Puzzle{}, fmt.Errorf("sudoku: generate: minimum rating %d is negative", minRating)
	}
	f, ok := g.walk.reach(ctx, rng, float64(minRating))
	if !ok {
		return Puzzle{}, fmt.Errorf("sudoku: generate: %w", ctx.Err())
	}
	return g.walk.solver.made(f), nil
}

// Hardest makes a puzzle of a kind that nearly half of the hard ones of Sudoku-Extreme are
// of, and hardly any of those that Generate makes: around an exocet, and not to be solved by
// trials, each of which takes a candidate of a cell for given and sees whether the deductions
// of [Solver] refute it without a guess. It takes about five seconds on one core of a server.
// The same state of rng gives the same puzzle; the error of ctx is returned if that ends first.
func (g *Generator) Hardest(ctx context.Context, rng *rand.Rand) (Puzzle, error) {
	if rng == nil {
		return Puzzle{}, errors.New("sudoku: generate: no random generator")
	}
	for {
		if p, ok := g.walk.search(ctx, rng); ok {
			return g.walk.solver.made(g.walk.solver.turned(rng, &p)), nil
		}
		if err := ctx.Err(); err != nil {
			return Puzzle{}, fmt.Errorf("sudoku: generate: %w", err)
		}
	}
}

// turned returns a random symmetric copy of a puzzle.
func (s *Solver) turned(rng *rand.Rand, p *Grid) find {
	q := RandomSymmetry(rng).Apply(*p)
	return find{q, s.CountGuesses(q, ratingCopies)}
}

// made makes a puzzle of a find.
func (s *Solver) made(f find) Puzzle {
	p := Puzzle{Source: generatedSource, Question: f.puzzle, Rating: int(math.Round(f.rating))}
	p.Solution, _, _ = s.Solve(f.puzzle)
	return p
}

// fullGrid makes a random solved grid. Three boxes that share no row or column
// are filled at random, which always leaves a solution; the symmetry hides that
// the solver prefers low digits for the rest.
func (s *Solver) fullGrid(rng *rand.Rand) Grid {
	var grid Grid
	for box := range 3 {
		digits := [9]uint8{1, 2, 3, 4, 5, 6, 7, 8, 9}
		shuffle(rng, digits[:])
		for i, d := range digits {
			grid[(3*box+i/3)*9+3*box+i%3] = d
		}
	}
	full, _, _ := s.Solve(grid)
	return RandomSymmetry(rng).Apply(full)
}

// reduce takes givens off a puzzle with one solution, in random order, until
// none can go.
func (s *Solver) reduce(rng *rand.Rand, p *Grid) {
	order := shuffledCells(rng)
	s.reduceWhile(p, order[:], func(*Grid) bool { return true })
}

// reduceWhile takes givens off a puzzle with one solution, in this order, as long as it
// stays the only one and the puzzle will do.
func (s *Solver) reduceWhile(p *Grid, order []uint8, will func(*Grid) bool) {
	for _, c := range order {
		d := p[c]
		if d == 0 {
			continue
		}
		p[c] = 0
		if !will(p) || s.canDiffer(p, int(c), d) {
			p[c] = d
		}
	}
}

// minimal reports whether a puzzle with one solution needs all its givens.
func (s *Solver) minimal(p *Grid) bool {
	for c, d := range p {
		if d == 0 {
			continue
		}
		p[c] = 0
		needed := s.canDiffer(p, c, d)
		if p[c] = d; !needed {
			return false
		}
	}
	return true
}

// lateOrder returns the cells in random order, but those with a later one of three places
// after those with an earlier one. One in eight comes first, whatever its place.
func lateOrder(rng *rand.Rand, place func(cell int) int) []uint8 {
	var by [3][]uint8
	for _, c := range shuffledCells(rng) {
		k := 0
		if rng.IntN(8) > 0 {
			k = place(int(c))
		}
		by[k] = append(by[k], c)
	}
	return slices.Concat(by[:]...)
}

func shuffledCells(rng *rand.Rand) [Cells]uint8 {
	var order [Cells]uint8
	for i := range order {
		order[i] = uint8(i)
	}
	shuffle(rng, order[:])
	return order
}
