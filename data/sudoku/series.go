package sudoku

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// freshRating is below which random puzzles have a wanted rating often enough.
const freshRating = 4

// quantile is a share of puzzles with the rating that they stay below.
type quantile struct{ share, rating float64 }

// extremeRatings are how the ratings of [Solver.Rate], not rounded, of the training
// puzzles of Sudoku-Extreme are spread.
var extremeRatings = [...]quantile{
	{0.15, 0}, {0.16, 1}, {0.2, 1.4}, {0.26, 3.25}, {0.28, 9.75}, {0.3, 12.75},
	{0.35, 16.25}, {0.45, 20.4}, {0.6, 26}, {0.75, 32}, {0.85, 38}, {0.9, 43.4},
	{0.95, 53.4}, {0.98, 66.6}, {0.99, 77}, {0.995, 90}, {0.999, 110}, {1, 157},
}

// extremeRating draws a rating like those of Sudoku-Extreme.
func extremeRating(rng *rand.Rand) float64 {
	u := rng.Float64()
	from := quantile{}
	for _, to := range extremeRatings {
		if u < to.share {
			return from.rating + (to.rating-from.rating)*(u-from.share)/(to.share-from.share)
		}
		from = to
	}
	return from.rating
}

// Series makes n puzzles whose ratings are spread like those of the training puzzles of
// Sudoku-Extreme: a quarter can be solved almost without guessing, the median is about
// 22, and one in a hundred is beyond 75. Each has one solution and needs all its givens.
// The same state of rng gives the same puzzles.
//
// The hard ones come of one random walk: a puzzle takes about a tenth of a second in a
// series of 16, and several tenths in a series of one. No two of them share more than
// 18 givens, most share few. They stand in the series in random order.
func (g *Generator) Series(ctx context.Context, rng *rand.Rand, n int) ([]Puzzle, error) {
	if rng == nil {
		return nil, errors.New("sudoku: generate: no random generator")
	}
	type wish struct {
		rating float64
		index  int
	}
	wishes := make([]wish, max(n, 0))
	for i := range wishes {
		wishes[i] = wish{extremeRating(rng), i}
	}
	// The walk only has to climb.
	slices.SortFunc(wishes, func(a, b wish) int { return int(math.Copysign(1, a.rating-b.rating)) })
	puzzles := make([]Puzzle, len(wishes))
	g.walk.begin(rng)
	g.walk.avoid = g.walk.avoid[:0]
	for _, w := range wishes {
		g.fulfil(ctx, rng, w.rating)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("sudoku: generate: %w", err)
		}
		puzzles[w.index] = g.puzzle()
		g.walk.avoid = append(g.walk.avoid, g.walk.puzzle)
	}
	return puzzles, nil
}

// fulfil takes the walk to a puzzle of the rating. If the walk stalls on the way to a
// high rating, halfway is far enough.
func (g *Generator) fulfil(ctx context.Context, rng *rand.Rand, rating float64) {
	if rating < freshRating {
		g.fresh(rng, rating)
		return
	}
	w := &g.walk
	for !w.climb(ctx, rng, rating) && ctx.Err() == nil {
		if w.rating >= rating/2 && w.apart() {
			return
		}
		w.begin(rng)
	}
}

// fresh begins the walk at a puzzle of about the rating.
func (g *Generator) fresh(rng *rand.Rand, rating float64) {
	for {
		g.walk.begin(rng)
		if math.Abs(g.walk.solver.CountGuesses(g.walk.puzzle, ratingCopies)-rating) <= 0.5 {
			return
		}
	}
}
