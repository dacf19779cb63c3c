package eval

import (
	"errors"
	"fmt"
	"reflect"
)

// group counts the answers of some puzzles, such as those of a range of ratings.
type group struct {
	Puzzles int64            `json:"puzzles"`
	Right   map[Answer]int64 `json:"right"` // puzzles
	Steps   map[Answer]int64 `json:"steps"` // supervision steps up to the answers
}

func newGroup() *group {
	g := &group{Right: map[Answer]int64{}, Steps: map[Answer]int64{}}
	for _, a := range answers {
		g.Right[a], g.Steps[a] = 0, 0
	}
	return g
}

func newGroups(n int) []*group {
	gs := make([]*group, n)
	for i := range gs {
		gs[i] = newGroup()
	}
	return gs
}

func (g *group) add(t *Trail) {
	g.Puzzles++
	for _, a := range answers {
		stop := min(t.stop(a), len(t.Steps)-1)
		g.Steps[a] += int64(stop + 1)
		if t.exactAt(stop) {
			g.Right[a]++
		}
	}
}

func (g *group) merge(o *group) {
	g.Puzzles += o.Puzzles
	for _, a := range answers {
		g.Right[a] += o.Right[a]
		g.Steps[a] += o.Steps[a]
	}
}

func mergeGroups(into, from []*group) {
	for i := range into {
		into[i].merge(from[i])
	}
}

// check refuses a group that no puzzles can have left, at most so many of at
// most so many steps.
func (g *group) check(steps int, most int64) error {
	if g.Puzzles < 0 || g.Puzzles > most {
		return fmt.Errorf("%d puzzles of %d", g.Puzzles, most)
	}
	if len(g.Right) != len(answers) || len(g.Steps) != len(answers) {
		return fmt.Errorf("%d and %d answers, not %d", len(g.Right), len(g.Steps), len(answers))
	}
	for _, a := range answers {
		if n := g.Right[a]; n < 0 || n > g.Puzzles {
			return fmt.Errorf("%s: %d right of %d puzzles", a, n, g.Puzzles)
		}
		if n := g.Steps[a]; n < g.Puzzles || n > g.Puzzles*int64(steps) {
			return fmt.Errorf("%s: %d steps for %d puzzles", a, n, g.Puzzles)
		}
	}
	return nil
}

// checkGroups refuses groups that are not so many, or whose sum is not all.
func checkGroups(gs []*group, n, steps int, all *group) error {
	if len(gs) != n {
		return fmt.Errorf("%d ranges, not %d", len(gs), n)
	}
	total := newGroup()
	for i, g := range gs {
		if g == nil {
			return fmt.Errorf("range %d is null", i)
		}
		if err := g.check(steps, all.Puzzles); err != nil {
			return fmt.Errorf("range %d: %w", i, err)
		}
		total.merge(g)
	}
	if !reflect.DeepEqual(total, all) {
		return errors.New("the ranges do not add up to all puzzles")
	}
	return nil
}
