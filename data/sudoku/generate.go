package sudoku

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

const (
	// ratingCopies is the number of symmetric copies a rating averages over.
	ratingCopies = 8
	// patience is the number of moves without progress after which the search
	// starts again from a new grid.
	patience = 300
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
	solver Solver
}

// Generate makes a puzzle with a rating of at least minRating. Its Rating is
// [Solver.Rate] of the puzzle, its Source "reread". The same state of rng gives
// the same puzzle.
//
// A random full grid loses givens as long as the solution stays unique. If the
// puzzle is too easy, a local search exchanges givens for others and keeps what is
// not easier, starting again from a new grid when that stalls. With minRating 0
// every puzzle left by the first stage will do. The time grows with minRating,
// from well below a millisecond for 0 to some tenths of a second for 20, and for a
// rating beyond the reach of the search it goes on until ctx ends, whose error is
// then returned.
func (g *Generator) Generate(ctx context.Context, rng *rand.Rand, minRating int) (Puzzle, error) {
	if rng == nil {
		return Puzzle{}, errors.New("sudoku: generate: no random generator")
	}
	if minRating < 0 {
		return Puzzle{}, fmt.Errorf("sudoku: generate: minimum rating %d is negative", minRating)
	}
	for {
		if err := ctx.Err(); err != nil {
			return Puzzle{}, fmt.Errorf("sudoku: generate: %w", err)
		}
		s := Puzzle{Source: generatedSource, Solution: g.fullGrid(rng)}
		s.Question = s.Solution
		g.reduce(rng, &s.Question)
		s.Rating = g.solver.Rate(s.Question)
		g.climb(ctx, rng, &s, minRating)
		if s.Rating >= minRating {
			return s, nil
		}
	}
}

// fullGrid makes a random solved grid. Three boxes that share no row or column
// are filled at random, which always leaves a solution; the symmetry hides that
// the solver prefers low digits for the rest.
func (g *Generator) fullGrid(rng *rand.Rand) Grid {
	var grid Grid
	for box := range 3 {
		digits := [9]uint8{1, 2, 3, 4, 5, 6, 7, 8, 9}
		shuffle(rng, digits[:])
		for i, d := range digits {
			grid[(3*box+i/3)*9+3*box+i%3] = d
		}
	}
	full, _, _ := g.solver.Solve(grid)
	return RandomSymmetry(rng).Apply(full)
}

// reduce takes givens off a puzzle with one solution, in random order, until
// none can go.
func (g *Generator) reduce(rng *rand.Rand, p *Grid) {
	order := shuffledCells(rng)
	for _, c := range order {
		d := p[c]
		if d == 0 {
			continue
		}
		p[c] = 0
		if g.solver.canDiffer(p, int(c), d) {
			p[c] = d
		}
	}
}

// climb searches for a harder puzzle with the same solution until the rating is
// reached, nothing has improved for long, or ctx ends.
func (g *Generator) climb(ctx context.Context, rng *rand.Rand, s *Puzzle, minRating int) {
	for stale := 0; s.Rating < minRating && stale < patience && ctx.Err() == nil; stale++ {
		next := s.Question
		g.move(rng, &next, &s.Solution)
		if g.hopeless(next, s.Rating) {
			continue
		}
		rating := g.solver.Rate(next)
		if rating > s.Rating {
			stale = 0
		}
		// Equal ratings are taken too: standing still gets stuck sooner.
		if rating >= s.Rating {
			s.Question, s.Rating = next, rating
		}
	}
}

// hopeless guesses from two copies, instead of all, that a puzzle will not reach
// the rating; most moves make one much easier.
func (g *Generator) hopeless(p Grid, rating int) bool {
	return g.solver.CountGuesses(p, 2) < float64(rating)/2
}

// move takes one or two random givens away, adds others until the solution is
// unique again, and drops those that became superfluous.
func (g *Generator) move(rng *rand.Rand, p, solution *Grid) {
	take := 1 + rng.IntN(2)
	order := shuffledCells(rng)
	for _, c := range order {
		if take > 0 && p[c] != 0 {
			p[c] = 0
			take--
		}
	}
	for {
		other, ok := g.solver.another(p, solution)
		if !ok {
			break
		}
		g.tellApart(rng, p, solution, &other)
	}
	g.reduce(rng, p)
}

// tellApart adds a random given that only the first of two solutions has.
func (g *Generator) tellApart(rng *rand.Rand, p, solution, other *Grid) {
	order := shuffledCells(rng)
	for _, c := range order {
		if solution[c] != other[c] {
			p[c] = solution[c]
			return
		}
	}
}

func shuffledCells(rng *rand.Rand) [Cells]uint8 {
	var order [Cells]uint8
	for i := range order {
		order[i] = uint8(i)
	}
	shuffle(rng, order[:])
	return order
}
