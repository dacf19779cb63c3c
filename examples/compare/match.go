package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/train/eval"
)

// match has contenders learn from the same puzzles, each with the same number of
// floating-point operations.
type match struct {
	f        *flags
	puzzles  *puzzles
	progress io.Writer
}

// outcome is what a contender came to.
type outcome struct {
	contender
	parameters int
	work       flops.Step
	steps      uint64 // of the optimiser
	result     *eval.Result
	curve      []point
}

// point is the accuracy on held-out puzzles on the way.
type point struct {
	gflop float64
	score eval.Share
}

const (
	batch = 16 // rows of a training step
	// onTheWay is how many of the held-out puzzles are solved for a point of the
	// curve before its end.
	onTheWay = 100
	// doublings is how many points there are before the end: one after every
	// doubling of the work.
	doublings = 5
)

// playAll returns the outcomes of those that have come to an end before an error.
func (m *match) playAll(ctx context.Context) ([]*outcome, error) {
	var all []*outcome
	for _, c := range m.f.contenders {
		o, err := m.play(ctx, c)
		if err != nil {
			return all, fmt.Errorf("%s: %w", c.name, err)
		}
		all = append(all, o)
		debug.FreeOSMemory()
	}
	return all, nil
}

// play trains and evaluates a contender.
func (m *match) play(ctx context.Context, c contender) (*outcome, error) {
	design, work, err := c.build(m.f.boxes, m.f.channels)
	if err != nil {
		return nil, err
	}
	steps := m.steps(work)
	if steps == 0 {
		return nil, command.BadInput("-gflop %v is less than the %.3g of one training step", m.f.gflop, gflop(work, 1))
	}
	model, err := nn.New(design, rand.New(rand.NewPCG(m.f.seed, weightStream)))
	if err != nil {
		return nil, err
	}
	feed, err := data.NewSampler(m.puzzles.training, m.f.seed)
	if err != nil {
		return nil, err
	}
	trainer, err := train.New(model, feed, m.settings(steps), train.Options{Workers: m.f.workers})
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	o := &outcome{contender: c, parameters: model.Params().Count(), work: work}
	l := &lesson{match: m, ctx: ctx, model: model, trainer: trainer, outcome: o}
	if err := trainer.Run(ctx, train.RunOptions{OnStep: l.onStep}); err != nil {
		return nil, err
	}
	o.steps = trainer.StepsDone()
	return o, l.end()
}

// gflop is the work of a number of training steps.
func gflop(work flops.Step, steps uint64) float64 {
	return work.Training * batch * float64(steps) / 1e9
}

// steps is how many training steps the operations are enough for.
func (m *match) steps(work flops.Step) uint64 { return uint64(m.f.gflop / gflop(work, 1)) }

// settings are the same for all but the number of steps, over which the learning
// rate rises and falls. It is higher than for larger models and longer runs.
func (m *match) settings(steps uint64) train.Config {
	c := train.Laptop()
	c.BatchSize, c.Steps, c.Seed = batch, steps, m.f.seed
	c.LR, c.Stagger = 4e-3, true
	c.WarmupSteps = min(c.WarmupSteps, steps/10)
	return c
}

// lesson is a contender's training under way.
type lesson struct {
	*match
	ctx     context.Context
	model   *nn.Model
	trainer *train.Trainer
	outcome *outcome
}

// onStep evaluates where the work has doubled.
func (l *lesson) onStep(r *train.Report) error {
	for k := 1; k <= doublings; k++ {
		if r.Step == r.Steps>>k {
			result, err := l.measure(data.Spread(l.puzzles.heldOut, onTheWay))
			if err == nil {
				l.note(r.Step, result)
			}
			return err
		}
	}
	return nil
}

// end evaluates on all held-out puzzles.
func (l *lesson) end() error {
	result, err := l.measure(l.puzzles.heldOut)
	if err == nil {
		l.outcome.result = result
		l.note(l.outcome.steps, result)
	}
	return err
}

// measure evaluates the averaged weights.
func (l *lesson) measure(rows data.Rows) (result *eval.Result, err error) {
	err = l.trainer.WithEMA(func() error {
		result, err = eval.Evaluate(l.ctx, l.model, rows, eval.Options{Workers: l.f.workers})
		return err
	})
	return result, err
}

// note adds a point to the curve and tells of it.
func (l *lesson) note(step uint64, r *eval.Result) {
	o, score := l.outcome, lastAnswer(r)
	o.curve = append(o.curve, point{gflop(o.work, step), score})
	fmt.Fprintf(l.progress, "%s: %d training steps: %d of %d held-out puzzles solved\n", o.name, step, score.Right, r.Report().Puzzles)
}

// lastAnswer is the score of the answers after all supervision steps, which reports
// have first.
func lastAnswer(r *eval.Result) eval.Share { return r.Report().Answers[0].Share }
