package main

import (
	"context"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/examples/sudoku/trace"
	"github.com/rereadml/reread/nn"
)

// thought is a supervision step: the updates within it, and the plan at its end.
type thought struct {
	n       int
	updates []update
	plan    world.Plan
	margin  float32 // above 0 the model calls its plan right
}

// update is one of a latent state, and what the model would answer then.
type update struct {
	state   string
	change  float64 // of the state, as by trace.RelativeChange
	changed int     // cells whose directions are not as at the update before
	moves   int     // that the plan makes
	end     world.End
}

// think has a model plan in a layout until it calls its plan right, or for so many
// supervision steps; 0 stands for the model's own number. See is told each step.
func think(ctx context.Context, m *nn.Model, l *world.Layout, steps int, see func(*thought) error) error {
	r, err := newRecorder(m, l)
	if err != nil {
		return err
	}
	defer r.preview.close()
	for s, err := range reread.Think(ctx, m, puzzle(l), &reread.Options{Steps: steps, Halt: true, Updates: true}) {
		switch {
		case err != nil:
			return err
		case s.State != "":
			err = r.update(s)
		default:
			err = r.end(s, see)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// recorder compares each update with the one before.
type recorder struct {
	layout  *world.Layout
	preview *preview
	names   []string
	states  [][]float32
	tokens  []int32
	updates []update
}

func newRecorder(m *nn.Model, l *world.Layout) (*recorder, error) {
	p, err := newPreview(m)
	if err != nil {
		return nil, err
	}
	r := &recorder{layout: l, preview: p, names: m.States(), tokens: new(world.Plan).AppendTokens(nil)}
	start := m.NewCarry(1)
	for i := range r.names {
		r.states = append(r.states, slices.Clone(start.State(i)))
	}
	return r, nil
}

// end passes a supervision step on.
func (r *recorder) end(s *reread.Step, see func(*thought) error) error {
	plan, err := world.PlanOf(s.Tokens)
	if err != nil {
		return err
	}
	t := thought{s.N, r.updates, plan, s.Margin}
	r.updates = nil
	return see(&t)
}

// update adds an update.
func (r *recorder) update(s *reread.Step) error {
	tokens := s.Tokens
	if s.State != "z_H" {
		var err error
		if tokens, err = r.preview.answer(s.Inputs, s.States); err != nil {
			return err
		}
	}
	plan, err := world.PlanOf(tokens)
	if err != nil {
		return err
	}
	i := slices.Index(r.names, s.State)
	u := update{state: s.State, change: trace.RelativeChange(s.States[i], r.states[i])}
	for cell, t := range tokens {
		if t != r.tokens[cell] {
			u.changed++
		}
	}
	route, end := r.layout.Act(&plan)
	u.moves, u.end = len(route)-1, end
	copy(r.states[i], s.States[i])
	copy(r.tokens, tokens)
	r.updates = append(r.updates, u)
	return nil
}
