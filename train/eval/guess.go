package eval

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
)

// guessed counts the answers that come of guesses.
type guessed struct {
	outcomes
	Nanoseconds int64 `json:"nanoseconds"`
}

func (g *guessed) merge(o *guessed) {
	g.outcomes.merge(&o.outcomes)
	g.Nanoseconds += o.Nanoseconds
}

// check refuses counts that no puzzles can have left, at most so many.
func (g *guessed) check(most int64) error {
	if g.Nanoseconds < 0 {
		return fmt.Errorf("%d nanoseconds", g.Nanoseconds)
	}
	return g.outcomes.check(most)
}

func (g *guessed) report() *Guessed {
	if g == nil {
		return nil
	}
	return &Guessed{Outcome: g.outcomes.report(), Seconds: time.Duration(g.Nanoseconds).Seconds()}
}

// guessSettings describes the guesses of an evaluation, "" without any.
func (o *Options) guessSettings() string {
	if o.Guess == nil {
		return ""
	}
	by := o.RulesName
	if o.GuessHalt {
		by = "halting"
	}
	return fmt.Sprintf("%+v by %s", *o.Guess, by)
}

// solver returns what guesses, or nil.
func (e *evaluation) solver() (*reread.Solver, error) {
	if e.o.Guess == nil {
		return nil, nil
	}
	o := &reread.Options{Steps: e.steps, Workers: e.o.Workers, Guess: e.o.Guess, Halt: e.o.GuessHalt, HaltMargin: e.o.HaltMargin, Noise: e.o.Noise, Hypotheses: e.o.Hypotheses, Seed: e.o.Seed}
	if !o.Halt && e.o.Rules != nil {
		o.Accept = func(p reread.Puzzle, answer []int32) bool { return e.o.Rules(p.Tokens, answer) }
	}
	return reread.NewSolver(e.m, o)
}

// guess has the rows answered once more, by lines of thought.
func (e *evaluation) guess(ctx context.Context, s *reread.Solver) error {
	start, g := time.Now(), e.result.guessed
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	inputs, labels := make([]int32, e.rows.SeqLen()), make([]int32, e.rows.SeqLen())
	k := 0
	for a, err := range s.Stream(ctx, e.puzzles(cancel)) {
		if err == nil {
			_, err = e.read(k, inputs, labels)
		}
		if err != nil {
			return err
		}
		g.add(outcome{
			right: exact(a.Tokens, labels), found: a.Accepted || e.o.GuessHalt && a.Halted, steps: a.Steps, lines: a.Lines,
		})
		if e.o.Done != nil {
			e.o.Done()
		}
		k++
	}
	g.Nanoseconds = int64(time.Since(start))
	return nil
}

// puzzles are the rows of the shard. An error of one ends them, and is told to
// cancel.
func (e *evaluation) puzzles(cancel context.CancelCauseFunc) iter.Seq[reread.Puzzle] {
	return func(yield func(reread.Puzzle) bool) {
		inputs, labels := make([]int32, e.rows.SeqLen()), make([]int32, e.rows.SeqLen())
		for k := range e.n {
			id, err := e.read(k, inputs, labels)
			if err != nil {
				cancel(err)
				return
			}
			if !yield(reread.Puzzle{Tokens: inputs, ID: id}) {
				return
			}
		}
	}
}

// exact reports whether every labelled cell is right.
func exact(answer, labels []int32) bool {
	for c, label := range labels {
		if label != data.IgnoreLabel && answer[c] != label {
			return false
		}
	}
	return true
}
