package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Options say how to evaluate. The zero value is the published evaluation.
type Options struct {
	Steps   int // supervision steps for every puzzle; 0: the model's halt_max_steps
	Workers int // goroutines; 0: one for each processor that Go may use. No count depends on it.

	// HaltMargin is what the halting value has to exceed for the model to stop, as
	// in [reread.Options].
	HaltMargin float32

	// Noise, Hypotheses and Seed are as in [reread.Options].
	Noise      float32
	Hypotheses float32
	Seed       uint64

	// Rules, if set, tells whether an answer keeps the rules of the task, which
	// RulesName names. It sees the inputs and the answer of a row, never its
	// labels, must not change or keep them, and is called from several
	// goroutines.
	Rules     func(inputs, answer []int32) bool
	RulesName string

	// Guess, if set, has every row answered once more, by [reread.Solve] with these
	// guesses, which is counted apart. Rules accept an answer there or, with
	// GuessHalt, the halting value alone.
	Guess     *reread.Guess
	GuessHalt bool

	// Lines, if not 0, has every row thought about in so many lines, which are
	// scored by each rule for their answer, for 1, 2, 4 and so on of them and all.
	// Start and Choice are as in [reread.Rollouts].
	Lines  int
	Start  float32
	Choice reread.Choice

	// Shard i of Shards evaluates every row whose number leaves the remainder i;
	// 0 of 0 evaluates all.
	Shard, Shards int

	// Answered, if set, is called with what every row came to at its last step, of its
	// last line of thought, from several goroutines. It must not change or keep the
	// tokens.
	Answered func(row int, inputs, answer []int32)

	// Done, if set, is called after every puzzle, from several goroutines, with
	// Guess twice for each.
	Done func()
}

// check reports options that cannot be.
func (o *Options) check() error {
	if err := think.CheckEffort(o.Steps, o.Workers); err != nil {
		return err
	}
	switch {
	case o.Shard < 0 || o.Shards < 0 || o.Shard > 0 && o.Shard >= o.Shards:
		return fmt.Errorf("shard %d of %d, want 0 to %d", o.Shard, o.Shards, max(o.Shards-1, 0))
	case (o.Rules == nil) != (o.RulesName == ""):
		return fmt.Errorf("rules and their name go together")
	}
	return checkMargin(o.HaltMargin)
}

// Evaluate takes the rows of a set, without augmentation, through a model at
// the precision of its last Pack and counts what comes of them. Its memory does
// not grow with the set, but for four bits a row. The first error, or the end
// of ctx, stops it within one supervision step.
func Evaluate(ctx context.Context, m *nn.Model, rows data.Rows, o Options) (*Result, error) {
	r, err := evaluate(ctx, m, rows, o)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	return r, nil
}

func evaluate(ctx context.Context, m *nn.Model, rows data.Rows, o Options) (*Result, error) {
	switch {
	case m == nil:
		return nil, errors.New("there is no model")
	case rows == nil:
		return nil, errors.New("there are no rows")
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	start, shards := time.Now(), max(o.Shards, 1)
	e := &evaluation{m: m, rows: rows, o: o, steps: o.Steps, n: (rows.Len() - o.Shard + shards - 1) / shards}
	if e.steps == 0 {
		e.steps = m.Arch().HaltMaxSteps
	}
	if a := m.Arch(); rows.SeqLen() != a.SeqLen {
		return nil, fmt.Errorf("rows of %d cells, the model is for %d", rows.SeqLen(), a.SeqLen)
	}
	if err := e.disturb(); err != nil {
		return nil, err
	}
	set, err := setDigest(ctx, rows)
	if err != nil {
		return nil, err
	}
	model, err := modelDigest(m)
	if err != nil {
		return nil, err
	}
	e.result, err = New(Settings{Model: model, Set: set, Rows: rows.Len(), Steps: e.steps, Rules: o.RulesName, HaltMargin: o.HaltMargin,
		Noise: e.noise.Size, Hypotheses: e.noise.Hypotheses, Seed: o.Seed, Guess: o.guessSettings(),
		Lines: o.Lines, Start: o.Start, Choice: o.Choice})
	if err != nil {
		return nil, err
	}
	solver, err := e.solver()
	if err != nil {
		return nil, err
	}
	if err := e.run(ctx); err != nil {
		return nil, err
	}
	e.result.Elapsed = time.Since(start)
	if solver == nil {
		return e.result, nil
	}
	defer solver.Close()
	return e.result, e.guess(ctx, solver)
}

// disturb sets the noise, and refuses lines of thought that the options cannot
// have.
func (e *evaluation) disturb() (err error) {
	o := &e.o
	if e.noise, err = think.NewNoise(e.m, o.Noise, o.Hypotheses, o.Seed); err != nil || o.Lines == 0 {
		return err
	}
	e.noise.Start = o.Start
	r := &reread.Rollouts{Lines: o.Lines, Start: o.Start, Choice: o.Choice}
	s, err := reread.NewSolver(e.m, &reread.Options{Noise: o.Noise, Hypotheses: o.Hypotheses, Rollouts: r})
	if err == nil {
		s.Close()
	}
	return err
}

// evaluation is one call of Evaluate.
type evaluation struct {
	m      *nn.Model
	rows   data.Rows
	o      Options
	steps  int
	noise  think.Noise
	n      int // rows of the shard
	result *Result
	free   sync.Pool // of *work
}

// work is a row on its way through the model.
type work struct {
	row                    int
	inputs, labels, answer []int32
	trail                  Trail
	lines                  []Line // of thought that have ended
}

func (e *evaluation) run(ctx context.Context) error {
	workers := e.o.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	crew := think.NewCrew(e.m, e.noise, think.Seats(e.n, workers), workers)
	defer crew.Close()
	defer crew.Wait() // the rows may be closed when this returns
	return crew.Run(ctx, e.n, e.items(), e.visit)
}

// items are the rows of the shard.
func (e *evaluation) items() iter.Seq2[think.Item, error] {
	return func(yield func(think.Item, error) bool) {
		for k := range e.n {
			w := e.take(e.row(k))
			id, err := e.read(k, w.inputs, w.labels)
			if !yield(think.Item{Inputs: w.inputs, ID: id, Data: w}, err) {
				return
			}
		}
	}
}

// row returns the number of row k of the shard.
func (e *evaluation) row(k int) int { return e.o.Shard + k*max(e.o.Shards, 1) }

// read reads row k of the shard.
func (e *evaluation) read(k int, inputs, labels []int32) (id int32, err error) {
	id, err = e.rows.Row(e.row(k), nil, inputs, labels)
	if err == nil {
		err = checkLabels(labels, e.m.Arch().VocabSize)
	}
	if err != nil {
		err = fmt.Errorf("row %d: %w", e.row(k), err)
	}
	return id, err
}

// take returns memory for a row.
func (e *evaluation) take(row int) *work {
	w, ok := e.free.Get().(*work)
	if !ok {
		s := e.rows.SeqLen()
		w = &work{inputs: make([]int32, s), labels: make([]int32, s), answer: make([]int32, s)}
	}
	w.row, w.lines = row, nil
	w.trail = Trail{Rating: data.Rating(e.rows, row), Steps: w.trail.Steps[:0]}
	return w
}

func checkLabels(labels []int32, vocab int) error {
	bad := slices.IndexFunc(labels, func(l int32) bool {
		return l != data.IgnoreLabel && (l < 0 || int(l) >= vocab)
	})
	if !slices.ContainsFunc(labels, func(l int32) bool { return l != data.IgnoreLabel }) {
		return errors.New("no cell has a label")
	}
	if bad >= 0 {
		return fmt.Errorf("label %d in cell %d, want 0 to %d or %d", labels[bad], bad, vocab-1, data.IgnoreLabel)
	}
	return nil
}

// visit scores the answer of a row after a supervision step.
func (e *evaluation) visit(v *think.View) (think.Next, error) {
	w := v.Data.(*work)
	e.m.Decode(v.Logits, w.answer, nil)
	s := Step{Margin: v.Margin, Accepted: e.o.Rules != nil && e.o.Rules(w.inputs, w.answer)}
	w.trail.Counted, w.trail.Given = 0, 0
	for c, label := range w.labels {
		if label == data.IgnoreLabel {
			continue
		}
		w.trail.Counted++
		if w.inputs[c] == label {
			w.trail.Given++
		}
		if w.answer[c] == label {
			s.Right++
		}
	}
	w.trail.Steps = append(w.trail.Steps, s)
	if v.Step%e.steps > 0 {
		return think.GoOn, nil
	}
	if e.o.Lines > 0 {
		w.lines = append(w.lines, Line{slices.Clone(w.trail.Steps), slices.Clone(w.answer)})
		if len(w.lines) < e.o.Lines {
			w.trail.Steps = w.trail.Steps[:0]
			return think.Rollout, nil
		}
		w.trail.Steps, w.trail.Lines = w.lines[0].Steps, w.lines
	}
	if err := e.result.Add(w.row, &w.trail); err != nil {
		return think.Done, err
	}
	if e.o.Answered != nil {
		e.o.Answered(w.row, w.inputs, w.answer)
	}
	e.free.Put(w)
	if e.o.Done != nil {
		e.o.Done()
	}
	return think.Done, nil
}
