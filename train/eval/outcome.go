package eval

import "fmt"

// outcome is what lines of thought about a puzzle come to.
type outcome struct {
	right        bool
	found        bool // it is an answer at which they stopped
	steps, lines int
}

// outcomes counts them.
type outcomes struct {
	Found  tally `json:"found"` // puzzles with an answer at which the lines stopped
	Others tally `json:"others"`
	Steps  int64 `json:"steps"`
	Lines  int64 `json:"lines"`
}

func (c *outcomes) add(o outcome) {
	if o.found {
		c.Found.add(o.right)
	} else {
		c.Others.add(o.right)
	}
	c.Steps += int64(o.steps)
	c.Lines += int64(o.lines)
}

func (c *outcomes) merge(o *outcomes) {
	c.Found.merge(o.Found)
	c.Others.merge(o.Others)
	c.Steps += o.Steps
	c.Lines += o.Lines
}

func (c *outcomes) all() tally { return sum([]tally{c.Found, c.Others}) }

// check refuses counts that no puzzles can have left, at most so many.
func (c *outcomes) check(most int64) error {
	n := c.all().puzzles()
	if err := checkTallies("found and others", []tally{c.Found, c.Others}, 2, n); err != nil {
		return err
	}
	if n > most || c.Lines < n || c.Steps < c.Lines {
		return fmt.Errorf("%d puzzles of %d, %d lines, %d steps", n, most, c.Lines, c.Steps)
	}
	return nil
}

func (c *outcomes) report() Outcome {
	all := c.all()
	n := all.puzzles()
	return Outcome{
		Found: c.Found.puzzles(), FoundWrong: c.Found.wrong(),
		MeanSteps: ratio(c.Steps, n), MeanLines: ratio(c.Lines, n), Share: newShare(all.right(), n),
	}
}
