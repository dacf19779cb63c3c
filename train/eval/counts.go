package eval

import "fmt"

// counts is what is kept of all puzzles together. Its size does not depend on
// how many there are.
type counts struct {
	// By step and bin of the margin after it; right: after that step.
	Margins [][]tally `json:"margins"`

	// By the step at which something first came about, and in one more entry
	// the puzzles for which it never did.
	Halted     []tally `json:"halted"`      // right: there, else at the last step
	Accepted   []tally `json:"accepted"`    // right: there, else at the last step
	FirstRight []tally `json:"first_right"` // right: still so at the last step

	// By step, the puzzles whose answer is right when that step is the last. The
	// tallies above cannot tell of a puzzle that stops later, or never.
	Right map[Answer][]int64 `json:"right"`

	Cells cellCounts `json:"cells"`
}

func newCounts(steps int) *counts {
	c := &counts{
		Margins: make([][]tally, steps),
		Halted:  make([]tally, steps+1), Accepted: make([]tally, steps+1), FirstRight: make([]tally, steps+1),
		Right: map[Answer][]int64{},
	}
	for i := range c.Margins {
		c.Margins[i] = make([]tally, marginBins)
	}
	for _, a := range answers {
		c.Right[a] = make([]int64, steps)
	}
	return c
}

func (c *counts) add(t *Trail) {
	for i, s := range t.Steps {
		c.Margins[i][marginBin(s.Margin)].add(t.exact(s))
	}
	halted, accepted, right := t.first(t.halts), t.first(accepts), t.first(t.exact)
	c.Halted[halted].add(t.exactAt(halted))
	c.Accepted[accepted].add(t.exactAt(accepted))
	c.FirstRight[right].add(t.exactAt(len(t.Steps)))
	for a, by := range c.Right {
		stop := t.stop(a)
		for i := range by {
			if t.exactAt(min(stop, i)) {
				by[i]++
			}
		}
	}
	c.Cells.add(t)
}

func (c *counts) merge(o *counts) {
	for i := range c.Margins {
		mergeAll(c.Margins[i], o.Margins[i])
	}
	mergeAll(c.Halted, o.Halted)
	mergeAll(c.Accepted, o.Accepted)
	mergeAll(c.FirstRight, o.FirstRight)
	for a, by := range c.Right {
		for i := range by {
			by[i] += o.Right[a][i]
		}
	}
	c.Cells.merge(o.Cells)
}

func (c *counts) puzzles() int64 { return sum(c.FirstRight).puzzles() }

// at returns what an evaluation would have counted whose last step is step i.
func (c *counts) at(i int) *group {
	g := newGroup()
	g.Puzzles = c.puzzles()
	for a, by := range c.Right {
		g.Right[a] = by[i]
	}
	g.Steps[Last] = int64(i+1) * g.Puzzles
	g.Steps[Halted] = stepsWithin(c.Halted, i)
	g.Steps[Accepted] = stepsWithin(c.Accepted, i)
	return g
}

// stepsWithin returns how many steps puzzles take that stop where the tallies
// say, at step i at the latest.
func stepsWithin(stopped []tally, i int) int64 {
	n := int64(0)
	for stop, t := range stopped {
		n += int64(min(stop, i)+1) * t.puzzles()
	}
	return n
}

// check refuses counts that no puzzles can have left, at most so many.
func (c *counts) check(steps int, most int64) error {
	n := int64(0)
	for _, t := range c.FirstRight {
		if t.puzzles() < 0 || t.puzzles() > most-n {
			return fmt.Errorf("first_right: more than %d puzzles", most)
		}
		n += t.puzzles()
	}
	if len(c.Margins) != steps {
		return fmt.Errorf("margins: %d steps, not %d", len(c.Margins), steps)
	}
	for _, byBin := range c.Margins {
		if err := checkTallies("margins", byBin, marginBins, n); err != nil {
			return err
		}
	}
	for _, by := range []struct {
		name string
		ts   []tally
	}{{"first_right", c.FirstRight}, {"halted", c.Halted}, {"accepted", c.Accepted}} {
		if err := checkTallies(by.name, by.ts, steps+1, n); err != nil {
			return err
		}
	}
	if err := c.checkRight(steps, n); err != nil {
		return fmt.Errorf("right: %w", err)
	}
	return c.Cells.check(steps, n)
}

// checkRight compares the right answers by step with the tallies.
func (c *counts) checkRight(steps int, puzzles int64) error {
	if len(c.Right) != len(answers) {
		return fmt.Errorf("%d answers, not %d", len(c.Right), len(answers))
	}
	for _, a := range answers {
		by := c.Right[a]
		if len(by) != steps {
			return fmt.Errorf("%s: %d steps, not %d", a, len(by), steps)
		}
		for _, n := range by {
			if n < 0 || n > puzzles {
				return fmt.Errorf("%s: %d of %d puzzles", a, n, puzzles)
			}
		}
	}
	last := steps - 1
	for a, n := range map[Answer]int64{
		Last: sum(c.FirstRight).right(), Halted: sum(c.Halted).right(), Accepted: sum(c.Accepted).right(),
	} {
		if by := c.Right[a][last]; by != n {
			return fmt.Errorf("%s: %d puzzles at the last step, not %d", a, by, n)
		}
	}
	for i, byBin := range c.Margins {
		if a, b := sum(byBin).right(), c.Right[Last][i]; a != b {
			return fmt.Errorf("%d puzzles after step %d by margins, not %d", a, i+1, b)
		}
	}
	return nil
}
