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
	// lost is after how many moves a walk gives up, as there may be no way on from a puzzle.
	lost = 100
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

// reach walks to a puzzle of the rating, or somewhat above, from a random one, and from
// another whenever it is lost. It returns false if ctx is over before.
func (w *walk) reach(ctx context.Context, rng *rand.Rand, rating float64) (find, bool) {
	w.wanted = rating
	for {
		w.begin(rng)
		for range lost {
			if ctx.Err() != nil {
				return find{}, false
			}
			if f, ok := w.arrived(); ok {
				return f, true
			}
			w.move(rng)
		}
	}
}

// arrived reports whether the puzzle has the wanted rating. All copies are rated only if
// those of the walk are promising.
func (w *walk) arrived() (find, bool) {
	if w.rating < w.wanted {
		return find{}, false
	}
	f := find{w.puzzle, w.solver.CountGuesses(w.puzzle, ratingCopies)}
	return f, f.rating >= w.wanted
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
