package sudoku

import (
	"context"
	"math"
	"math/rand/v2"
)

// A puzzle less one of its givens has several solutions. A given that just one of them
// has makes a puzzle of one solution again. Of such neighbours, which mostly have
// another solution, one in five is about as hard; of those that differ in more givens
// hardly any is. A walk from neighbour to neighbour therefore stays among hard puzzles,
// which are rare, once it has found them.

const (
	// walkCopies is the number of symmetric copies that a walk rates.
	walkCopies = 2
	// slack is how much easier a neighbour may be, on average, as the logarithm of
	// the ratio of ratings.
	slack = 0.1
	// patience is the number of tries to move without progress after which a walk has
	// stalled.
	patience = 40
	// mostShared is how many givens two puzzles may share that are not alike.
	mostShared = 18
)

// walk is a random walk through minimal puzzles, which need all their givens.
type walk struct {
	solver Solver
	puzzle Grid
	rating float64 // by walkCopies
	wanted float64 // rating: harder puzzles are no better
	avoid  []Grid  // puzzles that others are to be apart from
	census census
	list   []given
}

// begin goes to a random puzzle.
func (w *walk) begin(rng *rand.Rand) {
	w.puzzle = w.solver.fullGrid(rng)
	w.solver.reduce(rng, &w.puzzle)
	w.rating = w.solver.CountGuesses(w.puzzle, walkCopies)
}

// climb walks until it is at a puzzle of the wanted rating, by all ratingCopies, apart
// from those to avoid. It reports false if it has stalled before, or if ctx has ended.
func (w *walk) climb(ctx context.Context, rng *rand.Rand, wanted float64) bool {
	w.wanted = wanted
	best := w.rating
	for stale := 0; stale <= patience && ctx.Err() == nil; stale++ {
		if w.rating >= wanted && w.apart() && w.solver.CountGuesses(w.puzzle, ratingCopies) >= wanted {
			return true
		}
		w.move(rng)
		if w.rating > best {
			best, stale = w.rating, 0
		}
	}
	return false
}

// apart reports whether the puzzle shares few enough givens with each of those to avoid.
func (w *walk) apart() bool {
	for i := range w.avoid {
		if sharedGivens(&w.puzzle, &w.avoid[i]) > mostShared {
			return false
		}
	}
	return true
}

func sharedGivens(a, b *Grid) int {
	n := 0
	for c, d := range a {
		if d != 0 && d == b[c] {
			n++
		}
	}
	return n
}

// move tries the neighbours of the puzzle in random order and goes to the first that
// will do, or stays if none does.
func (w *walk) move(rng *rand.Rand) {
	for _, cell := range shuffledCells(rng) {
		if w.puzzle[cell] != 0 && w.exchange(rng, int(cell)) {
			return
		}
	}
}

// exchange tries the neighbours that have another given instead of the one at the cell.
func (w *walk) exchange(rng *rand.Rand, cell int) bool {
	less := w.puzzle
	less[cell] = 0
	old := given{uint8(cell), w.puzzle[cell]}
	if !w.census.take(&w.solver, &less) {
		return false
	}
	w.list = w.census.single(w.list[:0])
	rng.Shuffle(len(w.list), func(i, j int) { w.list[i], w.list[j] = w.list[j], w.list[i] })
	for _, g := range w.list {
		next := less
		next[g.cell] = g.digit
		if g != old && w.enter(rng, &next) {
			return true
		}
	}
	return false
}

// enter goes to a puzzle if it is hard enough by the rule of Metropolis, and needs all
// its givens.
func (w *walk) enter(rng *rand.Rand, next *Grid) bool {
	least := (math.Min(w.rating, w.wanted)+1)*math.Pow(1-rng.Float64(), slack) - 1
	// Most neighbours are much easier, which one copy is enough to see.
	if w.solver.CountGuesses(*next, 1) < least/2 {
		return false
	}
	rating := w.solver.CountGuesses(*next, walkCopies)
	if rating < least || !w.solver.minimal(next) {
		return false
	}
	w.puzzle, w.rating = *next, rating
	return true
}
