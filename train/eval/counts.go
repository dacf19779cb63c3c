package eval

import "fmt"

// counts is what is kept of the puzzles of a range of ratings. Its size does
// not depend on how many there are.
type counts struct {
	// By step and bin of the margin after it; right: after that step.
	Margins [][]tally `json:"margins"`

	// By the step at which something first came about, and in one more entry
	// the puzzles for which it never did.
	Halted     []tally `json:"halted"`      // right: there, else at the last step
	Accepted   []tally `json:"accepted"`    // right: there, else at the last step
	FirstRight []tally `json:"first_right"` // right: still so at the last step

	Cells cellCounts `json:"cells"`
}

func newCounts(steps int) *counts {
	c := &counts{
		Margins: make([][]tally, steps),
		Halted:  make([]tally, steps+1), Accepted: make([]tally, steps+1), FirstRight: make([]tally, steps+1),
	}
	for i := range c.Margins {
		c.Margins[i] = make([]tally, marginBins)
	}
	return c
}

func (c *counts) add(t *Trail) {
	for i, s := range t.Steps {
		c.Margins[i][marginBin(s.Margin)].add(t.exact(s))
	}
	halted, accepted, right := t.first(halts), t.first(accepts), t.first(t.exact)
	c.Halted[halted].add(t.exactAt(halted))
	c.Accepted[accepted].add(t.exactAt(accepted))
	c.FirstRight[right].add(t.exactAt(len(t.Steps)))
	c.Cells.add(t)
}

func (c *counts) merge(o *counts) {
	for i := range c.Margins {
		mergeAll(c.Margins[i], o.Margins[i])
	}
	mergeAll(c.Halted, o.Halted)
	mergeAll(c.Accepted, o.Accepted)
	mergeAll(c.FirstRight, o.FirstRight)
	c.Cells.merge(o.Cells)
}

func (c *counts) puzzles() int64 { return sum(c.FirstRight).puzzles() }

// right returns how many answers of a kind are right.
func (c *counts) right(a Answer) int64 {
	switch a {
	case Halted:
		return sum(c.Halted).right()
	case Accepted:
		return sum(c.Accepted).right()
	default:
		return sum(c.FirstRight).right()
	}
}

// steps returns how many supervision steps the answers of a kind took.
func (c *counts) steps(a Answer) int64 {
	last := int64(len(c.Margins))
	by := c.Halted
	switch a {
	case Accepted:
		by = c.Accepted
	case Last:
		return last * c.puzzles()
	}
	var n int64
	for i, t := range by {
		n += min(int64(i)+1, last) * t.puzzles()
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
	if a, b := sum(c.Margins[steps-1]).right(), c.right(Last); a != b {
		return fmt.Errorf("%d puzzles are right at the last step by margins, %d by first_right", a, b)
	}
	return c.Cells.check(steps, n)
}
