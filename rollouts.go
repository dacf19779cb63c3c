package reread

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Rollouts has a model think several lines of thought about a puzzle, all of
// Options.Steps supervision steps from the initial state, that differ by noise of
// the states, a random start or the form of the puzzle. The first line is the one
// without rollouts, bit for bit.
//
// With Options.Halt or Options.Accept a line is thought only if none before came
// to an answer at which they stop, which is the answer then. If no line does, and
// where neither is set, Choice says which line's last answer counts.
//
// Lines under noise of which the one with the highest halting value counts are
// those of the Probabilistic TRM (PTRM, arXiv 2605.19943), random starts those of
// Equilibrium Reasoners (EqR, arXiv 2605.21488). What is random about a line
// depends on Options.Seed, the puzzle and the number of the line alone.
type Rollouts struct {
	Lines int // lines of thought at most, the first included; 1 or more

	// Start is by how much every number of the initial states is moved, up or
	// down at random, in lines after the first; 0: not at all. Options.Noise is
	// what moves them before each step, in every line.
	Start float32

	// Choice is among the last answers of lines that did not stop.
	Choice Choice

	// View, if set, returns the form in which a line reads a puzzle. It is called
	// for lines from 2, may draw from rng, must depend on its arguments alone and
	// not change or keep them, and is called from several goroutines. Answers are
	// turned back, and Accept sees them and the puzzle as they are without views.
	View func(p Puzzle, line int, rng *rand.Rand) View
}

// check says why a model cannot think such lines under noise of the states.
func (r *Rollouts) check(noise think.Noise) error {
	switch {
	case r.Lines < 1:
		return fmt.Errorf("reread: %d lines of thought, want 1 or more", r.Lines)
	case !(r.Start >= 0 && r.Start <= nn.MaxNoise):
		return fmt.Errorf("reread: a random start of %v, want 0 to %v", r.Start, nn.MaxNoise)
	case r.Choice < 0 || int(r.Choice) >= len(choices):
		return fmt.Errorf("reread: unknown %v", r.Choice)
	case r.Lines > 1 && noise.None() && r.Start == 0 && r.View == nil:
		return errors.New("reread: lines of thought would all be the same, without noise, hypotheses, random starts and views")
	}
	return nil
}

// rollout begins another line of thought about a puzzle if there is to be one,
// and gives the inputs its form.
func (s *Solver) rollout(c *course, step int, inputs []int32) (think.Next, error) {
	r := s.o.Rollouts
	if c.line == r.Lines {
		return think.Done, nil
	}
	c.line, c.ends = c.line+1, step+s.o.Steps
	if r.View == nil {
		return think.Rollout, nil
	}
	c.view = r.View(c.puzzle, c.line, draws(c.puzzle, s.o.Seed, c.line))
	a := s.m.Arch()
	if err := c.view.check(a.SeqLen, a.VocabSize); err != nil {
		return think.Done, fmt.Errorf("view of line %d: %w", c.line, err)
	}
	c.view.show(c.puzzle.Tokens, inputs, a.Inputs == nn.InputSets)
	return think.Rollout, nil
}
