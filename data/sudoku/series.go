package sudoku

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// freshRating is below which random puzzles have a wanted rating often enough.
const freshRating = 4

// quantile is a share of puzzles with the rating that they stay below.
type quantile struct{ share, rating float64 }

// easyRatings are how the ratings of [Solver.Rate], not rounded, of the easier training
// puzzles of Sudoku-Extreme are spread, those that do not withstand trials.
var easyRatings = [...]quantile{{0.15, 0}, {0.16, 1}, {0.2, 1.4}, {0.26, 3.25}, {0.28, 9.75}, {0.3, 12.75}}

// The shares of easy puzzles and of those around exocets; the rest is around oddagons.
// Sudoku-Extreme has three others for each ten of these two, most of which are close to
// having an exocet.
const (
	easyShare   = 0.3
	exocetShare = 0.42
)

// easyRating returns the rating at a share of the puzzles below easyShare.
func easyRating(share float64) float64 {
	from := quantile{}
	for _, to := range easyRatings {
		if share < to.share {
			return from.rating + (to.rating-from.rating)*(share-from.share)/(to.share-from.share)
		}
		from = to
	}
	return from.rating
}

// Series makes n puzzles of the kinds that the training puzzles of Sudoku-Extreme are of. 3
// in 10 are easy: nearly all of these can be solved almost without guessing. The others
// withstand trials as those of [Generator.Hardest] do, 3 in 5 of them around exocets and the
// rest around trivalue oddagons, patterns known to players; the median of their ratings is
// 15, and one in a hundred is beyond 44. A puzzle takes 0.06 s on one core of a server. Each
// has one solution and needs all its givens. The same state of rng gives the same puzzles.
//
// The hard ones are made up to six at a time, which are alike but for some givens, and for a
// random [Symmetry] of each. All those around exocets come from 400 that are part of the
// package, so that among many more are alike, of one long series or of several. The kinds
// stand in random order.
func (g *Generator) Series(ctx context.Context, rng *rand.Rand, n int) ([]Puzzle, error) {
	if rng == nil {
		return nil, errors.New("sudoku: generate: no random generator")
	}
	puzzles := make([]Puzzle, max(n, 0))
	s := series{walk: &g.walk, exocets: trail{begin: beginExocet}, oddagons: trail{begin: beginOddagon}}
	for i := range puzzles {
		f, ok := s.next(ctx, rng)
		if !ok {
			return nil, fmt.Errorf("sudoku: generate: %w", ctx.Err())
		}
		puzzles[i] = g.walk.solver.made(f)
	}
	return puzzles, nil
}

// series makes one puzzle after the other.
type series struct {
	walk              *walk
	exocets, oddagons trail
}

// next makes a puzzle of a random kind. It returns false if ctx is over before.
func (s *series) next(ctx context.Context, rng *rand.Rand) (find, bool) {
	u := rng.Float64()
	if u < easyShare {
		return s.walk.easy(ctx, rng, easyRating(u))
	}
	t := &s.exocets
	if u >= easyShare+exocetShare {
		t = &s.oddagons
	}
	p, ok := t.next(ctx, s.walk, rng)
	if !ok {
		return find{}, false
	}
	return s.walk.solver.turned(rng, &p), true
}

// easy looks for a puzzle of about the rating, or harder, among random ones where they
// have such ratings often enough. It returns false if ctx is over before.
func (w *walk) easy(ctx context.Context, rng *rand.Rand, rating float64) (find, bool) {
	if rating >= freshRating {
		return w.reach(ctx, rng, rating)
	}
	for ctx.Err() == nil {
		w.begin(rng)
		if r := w.solver.CountGuesses(w.puzzle, ratingCopies); math.Abs(r-rating) <= 0.5 {
			return find{w.puzzle, r}, true
		}
	}
	return find{}, false
}
