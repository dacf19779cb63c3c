package sudoku

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// A hard puzzle takes seconds to find, and among its neighbours are some as hard, which take
// hundredths. So hard ones are made a few at a time.

const (
	// trailLength is how many puzzles a trail passes at most: those far along are
	// too much alike.
	trailLength = 6
	// trailTries is how many neighbours in a row may be too easy, or known, before a trail
	// ends.
	trailTries = 300
)

// plan is what makes a puzzle hard.
type plan interface {
	// hardNeighbour makes a random neighbour of a puzzle that the plan makes as hard, or
	// returns false.
	hardNeighbour(w *walk, rng *rand.Rand, p *Grid) (Grid, bool)
}

// trail is a random walk through hard puzzles.
type trail struct {
	begin  func(w *walk, rng *rand.Rand) (Grid, plan, bool)
	plan   plan
	passed []Grid
}

// next returns a puzzle that the trail has not passed, or one of another trail if this
// ends. It returns false if ctx is over before.
func (t *trail) next(ctx context.Context, w *walk, rng *rand.Rand) (Grid, bool) {
	if n := len(t.passed); n > 0 && n < trailLength {
		for tries := 0; tries < trailTries && ctx.Err() == nil; tries++ {
			p, ok := t.plan.hardNeighbour(w, rng, &t.passed[n-1])
			if ok && !slices.Contains(t.passed, p) {
				t.passed = append(t.passed, p)
				return p, true
			}
		}
	}
	for ctx.Err() == nil {
		if p, pl, ok := t.begin(w, rng); ok {
			t.plan, t.passed = pl, append(t.passed[:0], p)
			return p, true
		}
	}
	return Grid{}, false
}

// beginOddagon makes a puzzle around an oddagon, of a random solution. In most there is
// none, or it does not last.
func beginOddagon(w *walk, rng *rand.Rand) (Grid, plan, bool) {
	solution := w.solver.fullGrid(rng)
	for i := range copiesByBox {
		o := new(oddagon)
		turned := turnBoxes(&solution, i)
		if !o.plan(&turned) {
			continue
		}
		if g, ok := w.solver.aroundOddagon(o, rng); ok {
			return g, o, true
		}
	}
	return Grid{}, nil, false
}

func (o *oddagon) hardNeighbour(w *walk, rng *rand.Rand, p *Grid) (Grid, bool) {
	next := *p
	w.solver.sameSolution(rng, &next)
	return next, next != *p && o.isHard(&w.solver, &next)
}

//go:embed exocets.txt
var exocetLines string

// exocets are puzzles that [Generator.Hardest] has made, one of each of the generators
// rand.NewPCG(1, 0), rand.NewPCG(1, 1) and so on.
var exocets = sync.OnceValue(func() []string { return strings.Fields(exocetLines) })

// exocetMoves is how far a trail goes from one of these before it is of use.
const exocetMoves = 3

// beginExocet goes to a puzzle near one of the exocets, unless it is found to be lonely.
func beginExocet(w *walk, rng *rand.Rand) (Grid, plan, bool) {
	starts := exocets()
	p, x := exocetOf(&w.solver, starts[rng.IntN(len(starts))])
	moved := 0
	for tries := 0; moved < exocetMoves && tries < trailTries; tries++ {
		if next, ok := x.hardNeighbour(w, rng, &p); ok {
			p = next
			moved++
		}
	}
	return p, x, moved == exocetMoves
}

// exocetOf turns a puzzle so that its exocet is where a plan has it, which is nil if it
// has none.
func exocetOf(s *Solver, puzzle string) (p Grid, x *exocet) {
	g, _ := Parse(puzzle)
	x = new(exocet)
	for i := range copiesByCell {
		p = turnTo(&g, i)
		if m := s.deduce(&p); x.find(&m) {
			return p, x
		}
	}
	return g, nil
}

func (x *exocet) hardNeighbour(w *walk, rng *rand.Rand, p *Grid) (Grid, bool) {
	next, ok := x.neighbour(w, rng, p)
	return next, ok && w.solver.withstandsTrials(&next)
}
