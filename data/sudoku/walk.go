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
	// walkCopies is the number of symmetric copies that a walk rates. With fewer it gets
	// stuck where they happen to take many guesses.
	walkCopies = 4
	// slack is how much easier a neighbour may be, on average, as the logarithm of
	// the ratio of ratings.
	slack = 0.1
	// patience is after how many moves a walk begins to be content with less than what was
	// wanted: with half of it after twice as many. The time of a series grows in proportion
	// to it; with 20 the median rating is 15, with 30 it is 17.
	patience = 25
	// lost is after how many moves a walk gives up, as there may be no way on from a puzzle.
	lost = 100
	// mostShared is how many givens two puzzles may share that are not alike.
	mostShared = 18
)

// enough is which part of the least rating each number of copies has to reach: most
// neighbours are much easier than the puzzle, which the first are enough to see.
var enough = [walkCopies]float64{0.5, 0.75, 0.85, 1}

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

// find is a puzzle that a walk has passed, and its rating by all ratingCopies.
type find struct {
	puzzle Grid
	rating float64
}

// begin goes to a random puzzle.
func (w *walk) begin(rng *rand.Rand) {
	w.puzzle = w.solver.fullGrid(rng)
	w.solver.reduce(rng, &w.puzzle)
	w.rating = w.solver.CountGuesses(w.puzzle, walkCopies)
}

// climb walks to a puzzle of the wanted rating that is apart from those to avoid. Once it
// has lost its patience, the least rating will do. It returns the hardest puzzle on the
// way, and reports false if that is too easy in the end, the walk being lost or ctx over.
func (w *walk) climb(ctx context.Context, rng *rand.Rand, wanted, least float64) (best find, ok bool) {
	w.wanted = wanted
	best.rating = -1
	for moves := 0; moves < lost && ctx.Err() == nil; moves++ {
		w.keep(&best)
		if best.rating >= max(least, wanted*min(1, patience/float64(moves))) {
			return best, true
		}
		w.move(rng)
	}
	return best, false
}

// keep makes the puzzle the best one if it is harder and apart from those to avoid.
func (w *walk) keep(best *find) {
	// All copies are rated only if those of the walk are promising.
	if w.rating <= best.rating || !w.apart() {
		return
	}
	if r := w.solver.CountGuesses(w.puzzle, ratingCopies); r > best.rating {
		*best = find{w.puzzle, r}
	}
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
	old := given{uint8(cell), w.puzzle[cell]}
	if !w.without(&less, cell) {
		return false
	}
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

// without takes a given away and lists those that make a puzzle of one solution of the
// rest, itself among them. It returns false if the solutions are too many.
func (w *walk) without(p *Grid, cell int) bool {
	p[cell] = 0
	if !w.census.take(&w.solver, p) {
		return false
	}
	w.list = w.census.single(w.list[:0])
	return true
}

// enter goes to a puzzle if it is hard enough by the rule of Metropolis, and needs all
// its givens.
func (w *walk) enter(rng *rand.Rand, next *Grid) bool {
	least := (math.Min(w.rating, w.wanted)+1)*math.Pow(1-rng.Float64(), slack) - 1
	rating, ok := w.rate(next, least)
	if !ok || !w.solver.minimal(next) {
		return false
	}
	w.puzzle, w.rating = *next, rating
	return true
}

// rate returns the rating of a puzzle by walkCopies, or false once it is seen to be less
// than the given one.
func (w *walk) rate(p *Grid, least float64) (rating float64, ok bool) {
	total := 0
	for i, part := range enough {
		total += w.solver.copyGuesses(p, i)
		if rating = float64(total) / float64(i+1); rating < part*least {
			return 0, false
		}
	}
	return rating, true
}
