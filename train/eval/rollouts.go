package eval

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rereadml/reread"
)

// rolloutAnswers are the answers that several lines of thought are scored by.
var rolloutAnswers = []Answer{ByMargin, ByMajority, Halted, Accepted}

// rollouts counts what the first lines of thought come to, so many as lineNumbers
// says, by each rule.
type rollouts []map[Answer]*outcomes

// lineNumbers are the numbers of lines that are scored: powers of two, and all.
func lineNumbers(all int) []int {
	var out []int
	for n := 1; n < all; n *= 2 {
		out = append(out, n)
	}
	return append(out, all)
}

func newRollouts(s *Settings) rollouts {
	if s.Lines == 0 {
		return nil
	}
	var out rollouts
	for range lineNumbers(s.Lines) {
		by := map[Answer]*outcomes{}
		for _, a := range rolloutAnswers {
			by[a] = new(outcomes)
		}
		out = append(out, by)
	}
	return out
}

func (r rollouts) add(t *Trail, choice reread.Choice) {
	if r == nil {
		return
	}
	for i, n := range lineNumbers(len(t.Lines)) {
		for a, c := range r[i] {
			c.add(t.rollout(a, n, choice))
		}
	}
}

func (r rollouts) merge(o rollouts) {
	for i, by := range r {
		for a, c := range by {
			c.merge(o[i][a])
		}
	}
}

// check refuses counts that so many puzzles cannot have left.
func (r rollouts) check(s *Settings, puzzles int64) error {
	if s.Lines == 0 && r == nil {
		return nil
	}
	if s.Lines == 0 || len(r) != len(lineNumbers(s.Lines)) {
		return errors.New("the counts and the settings do not go together")
	}
	for i, n := range lineNumbers(s.Lines) {
		if len(r[i]) != len(rolloutAnswers) {
			return fmt.Errorf("%d lines: %d answers, not %d", n, len(r[i]), len(rolloutAnswers))
		}
		for _, a := range rolloutAnswers {
			c := r[i][a]
			if c == nil {
				return fmt.Errorf("%d lines: no answer %s", n, a)
			}
			if err := c.check(puzzles); err != nil {
				return fmt.Errorf("%d lines: %s: %w", n, a, err)
			}
			if m := c.all().puzzles(); m != puzzles {
				return fmt.Errorf("%d lines: %s: %d puzzles, not %d", n, a, m, puzzles)
			}
		}
	}
	return nil
}

func (r rollouts) report(s *Settings) []LinesScore {
	var out []LinesScore
	for i, by := range r {
		score := LinesScore{Lines: lineNumbers(s.Lines)[i]}
		for _, a := range rolloutAnswers {
			if a != Accepted || s.Rules != "" {
				score.Answers = append(score.Answers, RolloutScore{a, by[a].report()})
			}
		}
		out = append(out, score)
	}
	return out
}

// rollout returns what the first n lines of thought come to. The choice is among
// the last answers where none stops.
func (t *Trail) rollout(a Answer, n int, choice reread.Choice) outcome {
	o := outcome{lines: n}
	last := make([]reread.Answer, n)
	for i, l := range t.Lines[:n] {
		line := t.of(l)
		steps := len(l.Steps)
		if stop := line.stop(a); stop < steps {
			return outcome{right: line.exactAt(stop), found: true, steps: o.steps + stop + 1, lines: i + 1}
		}
		o.steps += steps
		last[i] = reread.Answer{Tokens: l.Tokens, Margin: l.Steps[steps-1].Margin}
	}
	switch a {
	case ByMargin:
		choice = reread.ByMargin
	case ByMajority:
		choice = reread.ByMajority
	}
	chosen := t.of(t.Lines[choice.Of(last)])
	o.right = chosen.right(Last)
	return o
}

// of returns the trail as if a line of thought were the only one.
func (t *Trail) of(l Line) *Trail {
	return &Trail{Counted: t.Counted, Given: t.Given, Steps: l.Steps, haltMargin: t.haltMargin}
}

// checkLines refuses lines of thought that are not those of the settings.
func (t *Trail) checkLines(s *Settings) error {
	if len(t.Lines) != s.Lines {
		return fmt.Errorf("the trail has %d lines of thought, not %d", len(t.Lines), s.Lines)
	}
	if s.Lines > 0 && !slices.Equal(t.Lines[0].Steps, t.Steps) {
		return errors.New("the trail is not that of the first line of thought")
	}
	for i, l := range t.Lines {
		if err := t.of(l).checkSteps(s); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}
