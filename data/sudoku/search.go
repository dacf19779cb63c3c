package sudoku

import (
	"context"
	"math/rand/v2"
	"slices"
)

const (
	// beamStarts is from how many puzzles a search begins.
	beamStarts = 100
	// beam is how many puzzles a generation goes on from, and beamTries to how many
	// neighbours from each. With more a search succeeds more often, but takes as much longer.
	beam      = 40
	beamTries = 60
	// beamRoot is how many of them may come from the same start.
	beamRoot = 6
	// beamKept is how many puzzles that a search has not gone on from it remembers.
	beamKept = 1000
	// mostGenerations is when a search gives up. Most that succeed do before half of it.
	mostGenerations = 40
	// slackOpen is which part of the openness of a puzzle its neighbours must have.
	slackOpen = 0.8
	// leastOpen is the openness below which hardly any puzzle withstands trials.
	leastOpen = 1900
)

// state is a puzzle on the way of a search.
type state struct {
	puzzle Grid
	open   int
	plan   *exocet // of the start that it comes from
}

// search looks for a puzzle around an exocet that withstands trials. It climbs from
// such as do not, a beam at a time of those that trials leave most open, by neighbours
// that have the same exocet. It returns false if it comes to nothing, or ctx is over.
func (w *walk) search(ctx context.Context, rng *rand.Rand) (Grid, bool) {
	states := w.starts(ctx, rng)
	seen := map[Grid]bool{}
	for range mostGenerations {
		if ctx.Err() != nil {
			break
		}
		var from []state
		from, states = takeBeam(states)
		for i := range from {
			for range beamTries {
				p, ok := from[i].plan.neighbour(w, rng, &from[i].puzzle)
				if !ok || seen[p] {
					continue
				}
				seen[p] = true
				open := w.solver.openness(&p)
				if open >= leastOpen && w.solver.withstandsTrials(&p) {
					return p, true
				}
				if float64(open) >= slackOpen*float64(from[i].open) {
					states = append(states, state{p, open, from[i].plan})
				}
			}
		}
	}
	return Grid{}, false
}

// takeBeam takes the most open states out, not too many of one start, and returns them and
// those that remain to be looked at.
func takeBeam(states []state) (from, rest []state) {
	slices.SortStableFunc(states, func(a, b state) int { return b.open - a.open })
	perPlan := map[*exocet]int{}
	for _, st := range states {
		if len(from) < beam && perPlan[st.plan] < beamRoot {
			perPlan[st.plan]++
			from = append(from, st)
		} else if len(rest) < beamKept {
			rest = append(rest, st)
		}
	}
	return from, rest
}

// starts makes puzzles around exocets, fewer if ctx is over before.
func (w *walk) starts(ctx context.Context, rng *rand.Rand) []state {
	var states []state
	for len(states) < beamStarts && ctx.Err() == nil {
		solution := w.solver.fullGrid(rng)
		for i := range 2 * copiesByCell {
			x := new(exocet)
			if turned := turnTo(&solution, i/2); x.plan(&turned, i%2 == 1) {
				if g, ok := w.solver.aroundExocet(x, rng); ok {
					states = append(states, state{g, w.solver.openness(&g), x})
				}
			}
		}
	}
	return states
}
