package eval

import (
	"cmp"
	"fmt"
	"slices"
)

// cells counts right cells over the puzzles with the same number of labelled
// cells. Kept apart by that number, the mean over puzzles of the share of
// right cells is exact, whatever the order of counting.
type cells struct {
	Counted int32   `json:"counted"` // labelled cells of each puzzle
	Puzzles int64   `json:"puzzles"`
	Right   []int64 `json:"right"` // by step, over all puzzles
}

// cellCounts is in ascending order of labelled cells.
type cellCounts []cells

// of returns the entry of puzzles with so many labelled cells, which it makes
// when there is none.
func (c *cellCounts) of(counted int32, steps int) *cells {
	i, found := slices.BinarySearchFunc(*c, counted, func(e cells, n int32) int { return cmp.Compare(e.Counted, n) })
	if !found {
		*c = slices.Insert(*c, i, cells{Counted: counted, Right: make([]int64, steps)})
	}
	return &(*c)[i]
}

func (c *cellCounts) add(t *Trail) {
	e := c.of(t.Counted, len(t.Steps))
	e.Puzzles++
	for i, s := range t.Steps {
		e.Right[i] += int64(s.Right)
	}
}

func (c *cellCounts) merge(o cellCounts) {
	for _, from := range o {
		e := c.of(from.Counted, len(from.Right))
		e.Puzzles += from.Puzzles
		for i, n := range from.Right {
			e.Right[i] += n
		}
	}
}

// share returns the mean over puzzles of the share of right cells after step
// i. A puzzle without labelled cells counts as all right.
func (c cellCounts) share(i int) float64 {
	var sum float64
	var puzzles int64
	for _, e := range c {
		puzzles += e.Puzzles
		if e.Counted == 0 {
			sum += float64(e.Puzzles)
		} else {
			sum += float64(e.Right[i]) / float64(e.Counted)
		}
	}
	// Divided last, so that all right is 1 and not nearly 1.
	return sum / float64(max(puzzles, 1))
}

func (c cellCounts) check(steps int, puzzles int64) error {
	left := puzzles
	for i, e := range c {
		switch {
		case e.Counted < 0 || i > 0 && e.Counted <= c[i-1].Counted:
			return fmt.Errorf("cells: %d labelled cells are out of order", e.Counted)
		case e.Puzzles < 1 || e.Puzzles > left:
			return fmt.Errorf("cells: %d puzzles, with %d left to count", e.Puzzles, left)
		case len(e.Right) != steps:
			return fmt.Errorf("cells: %d steps, not %d", len(e.Right), steps)
		}
		left -= e.Puzzles
		for _, n := range e.Right {
			if most := int64(e.Counted) * e.Puzzles; n < 0 || n > most {
				return fmt.Errorf("cells: %d of %d are right", n, most)
			}
		}
	}
	if left != 0 {
		return fmt.Errorf("cells: %d puzzles of %d are missing", left, puzzles)
	}
	return nil
}
