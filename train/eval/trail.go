package eval

import "fmt"

// Trail is the record of one puzzle: what its answer was like after each
// supervision step.
type Trail struct {
	Rating  int   // difficulty; below 0: unknown
	Counted int32 // labelled cells
	Given   int32 // of those, the ones that the puzzle shows right
	Steps   []Step
	Lines   []Line // of thought, all of Settings.Lines, the first of which has Steps; nil without

	haltMargin float32 // of the settings
}

// Line is the record of a line of thought: see [reread.Rollouts].
type Line struct {
	Steps  []Step
	Tokens []int32 // the answer at the last, to tell equal ones
}

// Step is the state of a puzzle's answer after a supervision step.
type Step struct {
	Right    int32   // labelled cells that are right
	Margin   float32 // halting value: above Settings.HaltMargin the model calls its answer right
	Accepted bool    // the rules of the task accept the answer, labels unseen
}

// Answer names the step whose answer is taken.
type Answer string

// The answers that are scored.
const (
	Last     Answer = "last"     // of the last step
	Halted   Answer = "halted"   // of the first step with a margin above Settings.HaltMargin, else the last
	Accepted Answer = "accepted" // of the first step that the rules accept, else the last
)

// The answers that several lines of thought are scored by, next to Halted and
// Accepted, which are the first of all lines there, else what Settings.Choice
// falls on.
const (
	ByMargin   Answer = "margin"   // of the line with the highest margin at its last step
	ByMajority Answer = "majority" // that most lines come to at their last steps
)

var answers = [...]Answer{Last, Halted, Accepted}

// exact reports whether every labelled cell is right after step s.
func (t *Trail) exact(s Step) bool { return s.Right == t.Counted }

func (t *Trail) halts(s Step) bool { return s.Margin > t.haltMargin }

func accepts(s Step) bool { return s.Accepted }

// first returns the index of the first step that is, or the number of steps.
func (t *Trail) first(is func(Step) bool) int {
	for i, s := range t.Steps {
		if is(s) {
			return i
		}
	}
	return len(t.Steps)
}

// exactAt reports whether the answer at step i is right, at the last step when
// i is past it.
func (t *Trail) exactAt(i int) bool {
	return t.exact(t.Steps[min(i, len(t.Steps)-1)])
}

// stop returns the index of the step whose answer is taken, or the number of
// steps when none is but for being the last.
func (t *Trail) stop(a Answer) int {
	switch a {
	case Halted:
		return t.first(t.halts)
	case Accepted:
		return t.first(accepts)
	default:
		return len(t.Steps)
	}
}

// right reports whether an answer is right.
func (t *Trail) right(a Answer) bool { return t.exactAt(t.stop(a)) }

func (t *Trail) check(s *Settings) error {
	if t.Given < 0 || t.Given > t.Counted {
		return fmt.Errorf("%d of %d cells are given", t.Given, t.Counted)
	}
	if err := t.checkSteps(s); err != nil {
		return err
	}
	return t.checkLines(s)
}

func (t *Trail) checkSteps(s *Settings) error {
	if len(t.Steps) != s.Steps {
		return fmt.Errorf("the trail has %d steps, not %d", len(t.Steps), s.Steps)
	}
	for i, step := range t.Steps {
		switch {
		case step.Right < 0 || step.Right > t.Counted:
			return fmt.Errorf("step %d: %d of %d cells are right", i+1, step.Right, t.Counted)
		case step.Margin != step.Margin:
			return fmt.Errorf("step %d: the margin is not a number", i+1)
		case step.Accepted && s.Rules == "":
			return fmt.Errorf("step %d: accepted, but the settings name no rules", i+1)
		}
	}
	return nil
}
