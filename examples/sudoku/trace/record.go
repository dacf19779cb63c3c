package trace

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
)

// Record has a model think about a puzzle, as far as the options say.
func Record(ctx context.Context, m *nn.Model, puzzle sudoku.Grid, o reread.Options) (*Trace, error) {
	if a := m.Arch(); a.SeqLen != sudoku.Cells || a.VocabSize != sudoku.Vocab {
		return nil, fmt.Errorf("trace: a model of %d cells and %d tokens is not for Sudokus", a.SeqLen, a.VocabSize)
	}
	o.Updates = true
	r := newRecorder(m, puzzle)
	for s, err := range reread.Think(ctx, m, reread.Puzzle{Tokens: r.trace.Puzzle[:]}, &o) {
		if err == nil {
			err = r.see(s)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.trace, nil
}

// recorder makes a trace of the moments of thinking.
type recorder struct {
	m             *nn.Model
	trace         *Trace
	updates       []Update // of the step that is not at its end yet
	now, then     past     // at the last update, and at the end of the last step
	probabilities []float32
}

// past is what a moment is compared with.
type past struct {
	grid   sudoku.Grid
	states [][]float32
}

func newRecorder(m *nn.Model, puzzle sudoku.Grid) *recorder {
	r := &recorder{
		m: m, trace: &Trace{States: m.States(), Puzzle: Tokens(puzzle.AppendTokens(nil))},
		probabilities: make([]float32, sudoku.Cells*sudoku.Vocab),
	}
	start := m.NewCarry(1)
	for _, p := range []*past{&r.now, &r.then} {
		p.grid = puzzle
		for i := range r.trace.States {
			p.states = append(p.states, slices.Clone(start.State(i)))
		}
	}
	return r
}

// see adds a moment to the trace.
func (r *recorder) see(s *reread.Step) error {
	if s.State == "" {
		return r.end(s)
	}
	i := slices.Index(r.trace.States, s.State)
	change := RelativeChange(s.States[i], r.now.states[i])
	if !finite(s, change) {
		return fmt.Errorf("trace: step %d: the model's numbers are not finite", s.N)
	}
	copy(r.now.states[i], s.States[i])
	out, err := r.read(s, &r.now.grid)
	if err != nil {
		return err
	}
	r.updates = append(r.updates, Update{State: s.State, Change: change, ReadOut: *out})
	return nil
}

// end adds a step, at its end.
func (r *recorder) end(s *reread.Step) error {
	changes := map[string]float64{}
	for i, name := range r.trace.States {
		changes[name] = RelativeChange(s.States[i], r.then.states[i])
		copy(r.then.states[i], s.States[i])
	}
	out, err := r.read(s, &r.then.grid)
	if err != nil {
		return err
	}
	step := Step{N: s.N, Line: s.Line, ReadOut: *out, Changes: changes, Accepted: s.Accepted, Updates: r.updates}
	r.trace.Steps, r.updates = append(r.trace.Steps, step), nil
	return nil
}

// read copies what the heads read, and puts its grid in the place of the one
// before.
func (r *recorder) read(s *reread.Step, before *sudoku.Grid) (*ReadOut, error) {
	out := &ReadOut{Tokens: Tokens(s.Tokens), Margin: s.Margin, Changed: []int{}}
	copy(out.Confidence[:], s.Confidence)
	grid, err := sudoku.FromTokens(s.Tokens)
	if err != nil {
		return nil, err
	}
	r.m.Probabilities(s.Logits, r.probabilities)
	for c := range sudoku.Cells {
		out.Candidates[c] = candidates(r.probabilities[c*sudoku.Vocab:][:sudoku.Vocab])
		if grid[c] != before[c] {
			out.Changed = append(out.Changed, c)
		}
	}
	*before = grid
	return out, nil
}

// candidates returns the digits of a cell that its tokens' probabilities leave.
func candidates(probabilities []float32) map[int]float32 {
	list := map[int]float32{}
	for token, p := range probabilities {
		if digit := token - 1; digit >= 1 && p >= Threshold {
			list[digit] = float32(math.Round(100*float64(p)) / 100)
		}
	}
	return list
}

// RelativeChange returns the norm of the change of a state, in terms of what came of
// it: |z - before| / |z|, with Euclidean norms.
func RelativeChange(z, before []float32) float64 {
	var change, norm float64
	for i, v := range z {
		d := float64(v) - float64(before[i])
		change += d * d
		norm += float64(v) * float64(v)
	}
	return math.Sqrt(change / norm)
}

// finite reports whether all numbers of an update are, as JSON and pictures ask.
func finite(s *reread.Step, change float64) bool {
	sum := change + float64(s.Margin)
	for _, p := range s.Confidence {
		sum += float64(p)
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}
