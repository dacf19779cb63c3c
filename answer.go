package reread

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Puzzle is what a model is asked.
type Puzzle struct {
	Tokens []int32 // of its cells [S]; sets of tokens for models that read those
	ID     int32   // puzzle identifier, 0 for tasks without
}

// Answer is what a model makes of a puzzle.
type Answer struct {
	Tokens     []int32   // most likely token of each cell [S]
	Confidence []float32 // its probability, 0 to 1 [S]
	Margin     float32   // how sure the model is that the answer is right: q_halt, or q_halt - q_continue in HRM
	Steps      int       // supervision steps spent, on all lines of thought
	Lines      int       // lines of thought: 1 and those that Options.Guess or Options.Rollouts added
	Halted     bool      // Margin is above Options.HaltMargin: the model calls the answer right
	Accepted   bool      // Options.Accept took it
}

// Options say how a model thinks. The zero value, like a nil pointer, is the
// published evaluation: halt_max_steps supervision steps for every puzzle,
// whose last answer counts. A model may lose a right answer again when it goes
// on thinking; where the rules of a task are known, Accept keeps it.
type Options struct {
	Steps   int // supervision steps at most, of a line of thought; 0: the model's halt_max_steps
	Workers int // goroutines; 0: one for each processor that Go may use. No answer depends on it.

	// Halt stops at a puzzle's first answer that the model calls right.
	Halt bool
	// HaltMargin is what Margin has to exceed for that. At 0, as published, the
	// answer is more likely right than not, by the model's own estimate; at m the
	// odds are e^m to 1, where halting values were trained as logits.
	HaltMargin float32
	// Accept, if set, stops at a puzzle's first answer that it takes, by the
	// rules of the task for instance. It must not change or keep its arguments,
	// and is called from several goroutines.
	Accept func(p Puzzle, tokens []int32) bool

	// Noise is by how much every number of the latent states is moved, up or down
	// at random, before each supervision step; 0: the model's own state_noise;
	// below 0: not at all.
	Noise float32
	// Hypotheses is the weight with which the model tries tokens of its own answers
	// after each supervision step, as [nn.Model.AddHypotheses] does; 0: the model's
	// own; below 0: it does not.
	Hypotheses float32
	Seed       uint64 // of all that is random; what comes of it depends on the puzzle, not on its place

	// Rollouts, if set, adds lines of thought from the initial state, for what those
	// before left unsolved where Halt or Accept is set.
	Rollouts *Rollouts

	// Guess, if set, goes on where a puzzle's supervision steps end without an
	// answer at which Halt or Accept stops, of which it needs one. If none is found,
	// the answer is that of the steps before any guess. Not with Rollouts.
	Guess *Guess

	// Updates makes [Think] show every update of a latent state within a
	// supervision step too.
	Updates bool
}

// resolve returns the options with their defaults, or why a model cannot think
// by them.
func (o Options) resolve(m *nn.Model) (Options, error) {
	if err := think.CheckEffort(o.Steps, o.Workers); err != nil {
		return o, fmt.Errorf("reread: %w", err)
	}
	if h := float64(o.HaltMargin); math.IsNaN(h) || math.IsInf(h, 0) {
		return o, fmt.Errorf("reread: a halting margin of %v, want a finite number", h)
	}
	if o.Steps == 0 {
		o.Steps = m.Arch().HaltMaxSteps
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Guess == nil {
		return o, nil
	}
	if o.Rollouts != nil {
		return o, errors.New("reread: rollouts or guesses, not both")
	}
	if o.Accept == nil && !o.Halt {
		return o, errors.New("reread: guesses need Accept or Halt, to know a right answer")
	}
	var err error
	o.Guess, err = o.Guess.resolve(m.Arch(), o.Steps)
	return o, err
}

// done reports whether to stop at an answer, and whether the rules took it.
func (o *Options) done(p Puzzle, tokens []int32, margin float32) (stop, accepted bool) {
	accepted = o.Accept != nil && o.Accept(p, tokens)
	return accepted || o.Halt && margin > o.HaltMargin, accepted
}
