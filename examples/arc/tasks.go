package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/data/arc"
)

const (
	// madeSide is the side of the grids of tasks that this program makes, and of the
	// canvas, which they fill.
	madeSide = 6

	trainPairs = 4
)

// makeTasks makes n tasks, of one family after the other, each with a pair to be tested
// on whose input is none of those to learn from. Task i depends on the seed and i alone.
func makeTasks(seed uint64, n int) []arc.Task {
	tasks := make([]arc.Task, n)
	for i := range tasks {
		f, rng := families[i%len(families)], rand.New(rand.NewPCG(seed, uint64(i)))
		pairs := differentPairs(f.make(rng), rng, trainPairs+1)
		tasks[i] = arc.Task{
			ID:    fmt.Sprintf("%s-%d", f.name, i/len(families)+1),
			Train: pairs[:trainPairs], Test: pairs[trainPairs:],
		}
	}
	return tasks
}

// differentPairs draws pairs of a rule with different inputs.
func differentPairs(r rule, rng *rand.Rand, n int) []arc.Pair {
	var pairs []arc.Pair
	for len(pairs) < n {
		p := r(rng, madeSide, madeSide)
		if !slices.ContainsFunc(pairs, func(q arc.Pair) bool { return q.Input.Equal(p.Input) }) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}
