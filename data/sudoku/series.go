package sudoku

import (
	"cmp"
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

// wish is for a puzzle of a rating, to stand at a place in the series.
type wish struct {
	rating float64
	index  int
}

// drawWishes draws n wishes and puts them in order of rising rating.
func drawWishes(rng *rand.Rand, n int) []wish {
	wishes := make([]wish, n)
	for i := range wishes {
		wishes[i] = wish{extremeRating(rng), i}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(a.rating, b.rating) })
	return wishes
}

// hardestUpTo returns which of the wishes, the first at least, the rating fulfils best.
func hardestUpTo(wishes []wish, rating float64) int {
	i := 0
	for i+1 < len(wishes) && wishes[i+1].rating <= rating {
		i++
	}
	return i
}

// Series makes n puzzles whose ratings are spread much like those of the training puzzles
// of Sudoku-Extreme, somewhat lower. In series of 16 a quarter can be solved almost without
// guessing, the median is 16, one in twenty is beyond 44, one in a hundred about 60 or more
// and a few are beyond 100. A puzzle takes 0.07 s on one core of a server. Each has one
// solution and needs all its givens. The same state of rng gives the same puzzles.
//
// The hard ones come of one random walk, whose beginning is easy: series of one have a
// median of 13 and few puzzles beyond 43. No two of a series share more than 18 givens,
// and of the pairs in one of 16 half share at most two. They stand in random order.
func (g *Generator) Series(ctx context.Context, rng *rand.Rand, n int) ([]Puzzle, error) {
	if rng == nil {
		return nil, errors.New("sudoku: generate: no random generator")
	}
	puzzles := make([]Puzzle, max(n, 0))
	wishes := drawWishes(rng, len(puzzles))
	w := &g.walk
	w.avoid = w.avoid[:0]
	w.begin(rng)
	// The walk only has to climb, and what it passes that is harder than it has to be is
	// kept for the wish that it fulfils.
	for len(wishes) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("sudoku: generate: %w", err)
		}
		f, ok := w.seek(ctx, rng, wishes[0].rating)
		if !ok {
			w.begin(rng)
			continue
		}
		w.avoid = append(w.avoid, f.puzzle)
		i := hardestUpTo(wishes, f.rating)
		puzzles[wishes[i].index] = w.solver.made(f)
		wishes = slices.Delete(wishes, i, i+1)
	}
	return puzzles, nil
}

// seek looks for a puzzle of about the rating, or harder, among random ones where they
// have such ratings often enough.
func (w *walk) seek(ctx context.Context, rng *rand.Rand, rating float64) (find, bool) {
	if rating < freshRating {
		return w.fresh(rng, rating), true
	}
	return w.climb(ctx, rng, rating, 0)
}

// fresh begins the walk at a puzzle of about the rating.
func (w *walk) fresh(rng *rand.Rand, rating float64) find {
	for {
		w.begin(rng)
		if r := w.solver.CountGuesses(w.puzzle, ratingCopies); math.Abs(r-rating) <= 0.5 {
			return find{w.puzzle, r}
		}
	}
}
