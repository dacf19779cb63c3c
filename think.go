package reread

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Step is a moment of a model's thinking, valid until the next one.
type Step struct {
	N          int         // supervision step, from 1
	Line       int         // line of thought, from 1; see Options.Guess and Options.Rollouts
	Inputs     []int32     // of the cells [S], with the guesses of the line or in the form of its View
	State      string      // with Options.Updates: the latent state just updated; "" at the end of the step
	Tokens     []int32     // most likely token of each cell [S]
	Confidence []float32   // its probability [S]
	Logits     []float32   // [S, V], of the last read-out, for the cells of Inputs; within a step, what the heads read off the updated state
	Margin     float32     // how sure the model is that its answer is right: see Answer.Margin
	States     [][]float32 // latent states [L, D], in the order of nn.Model.States
	Accepted   bool        // Options.Accept took the answer
}

// Think goes through the supervision steps of one puzzle, as a loop:
//
//	for step, err := range reread.Think(ctx, model, puzzle, nil) {
//
// Leaving the loop is halting. It ends by itself after the last step of the last
// line of thought, or where the options stop; an error comes alone and is the last.
// What Rollouts.Choice falls on is left to the caller: see [Choice.Of].
func Think(ctx context.Context, m *nn.Model, p Puzzle, o *Options) iter.Seq2[*Step, error] {
	return func(yield func(*Step, error) bool) {
		s, err := NewSolver(m, o)
		if err != nil {
			yield(nil, err)
			return
		}
		defer s.Close()
		s.Think(ctx, p)(yield)
	}
}

// Think is the function [Think].
func (s *Solver) Think(ctx context.Context, p Puzzle) iter.Seq2[*Step, error] {
	return func(yield func(*Step, error) bool) {
		if err := s.begin(); err != nil {
			yield(nil, err)
			return
		}
		defer s.end()
		if s.thinker == nil {
			s.thinker = newThinker(s.m, s.o.Workers)
		}
		if err := s.think(ctx, p, func(v *Step) bool { return yield(v, nil) }); err != nil {
			yield(nil, fmt.Errorf("reread: %w", err))
		}
	}
}

// think shows the steps of a puzzle until one is the last or yield returns
// false.
func (s *Solver) think(ctx context.Context, p Puzzle, yield func(*Step) bool) error {
	t := s.thinker
	if err := t.load(p); err != nil {
		return err
	}
	c, digest := s.newCourse(p), think.Digest(p.Tokens, p.ID)
	left, rollout, begun := false, 1, 0
	if s.o.Updates {
		t.net.Observe(func(u *nn.Update) bool {
			left = !yield(t.update(u))
			return !left && ctx.Err() == nil
		})
		defer t.net.Observe(nil)
	}
	for n, next := 1, think.GoOn; next != think.Done; n++ {
		if ctx.Err() != nil {
			return think.ContextError(ctx)
		}
		switch next {
		case think.Rollout:
			rollout, begun = c.line, n-1
			t.reset()
		case think.Restart:
			t.reset()
		}
		t.step.N, t.step.Line, t.view = n, c.line, c.view
		now := think.Moment{Digest: digest, Line: rollout, Step: n - begun}
		s.noise.Add(&t.group.Carry, 0, now, &t.pcg)
		if err := t.net.Step(t.group); err != nil {
			return err
		}
		if left {
			return nil
		}
		if ctx.Err() != nil && s.o.Updates { // which cuts a step short
			return think.ContextError(ctx)
		}
		v := t.end()
		stop, accepted := s.o.done(p, v.Tokens, v.Margin)
		v.Accepted = accepted
		if !yield(v) || stop {
			return nil
		}
		var err error
		if next, err = s.next(&c, n, t.group.Inputs, v.Logits); err != nil {
			return err
		}
		if next == think.GoOn {
			s.noise.Suppose(s.m, &t.group.Carry, 0, t.group.Inputs, v.Logits, now, &t.pcg)
		}
	}
	return nil
}

// thinker is a group of one puzzle whose steps are shown.
type thinker struct {
	m     *nn.Model
	net   nn.Worker
	group *nn.Group
	step  Step
	view  View // in which the line of thought reads the puzzle
	names []string
	pcg   rand.PCG // of noise
}

func newThinker(m *nn.Model, goroutines int) *thinker {
	a := m.Arch()
	t := &thinker{
		m: m, net: m.NewWorker(1, goroutines), group: m.NewGroup(1, false), names: m.States(),
		step: Step{Inputs: make([]int32, a.SeqLen), Tokens: make([]int32, a.SeqLen), Confidence: make([]float32, a.SeqLen)},
	}
	for i := range t.names {
		t.step.States = append(t.step.States, slices.Clone(t.group.Carry.State(i)))
	}
	return t
}

// load puts a puzzle into the group, in its initial state.
func (t *thinker) load(p Puzzle) error {
	if err := t.m.CheckInput(p.Tokens, p.ID); err != nil {
		return err
	}
	copy(t.group.Inputs, p.Tokens)
	t.group.PuzzleIDs[0] = p.ID
	t.reset()
	return nil
}

// reset gives the puzzle its initial state.
func (t *thinker) reset() {
	t.m.Reset(&t.group.Carry, 0)
	t.copyStates()
}

func (t *thinker) copyStates() {
	for i := range t.names {
		copy(t.step.States[i], t.group.Carry.State(i))
	}
}

// update returns the moment after an update within a step.
func (t *thinker) update(u *nn.Update) *Step {
	copy(t.step.States[slices.Index(t.names, u.State)], u.Z)
	return t.show(u.State, &u.Out)
}

// end returns the moment at the end of a step.
func (t *thinker) end() *Step {
	t.copyStates()
	return t.show("", t.group.Answer())
}

func (t *thinker) show(state string, out *nn.ReadOut) *Step {
	t.step.State, t.step.Logits, t.step.Margin, t.step.Accepted = state, out.Logits, t.m.Margin(out.Q[0], out.Q[1]), false
	t.m.Decode(out.Logits, t.step.Tokens, t.step.Confidence)
	t.view.back(t.step.Tokens, t.step.Confidence)
	copy(t.step.Inputs, t.group.Inputs)
	return &t.step
}
