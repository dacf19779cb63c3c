package train

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Report is what a run tells after each step.
type Report struct {
	Step, Steps  uint64  // done, and of the whole run
	Metrics      Metrics // sums over the batch
	BatchSize    int
	LearningRate float64       // of the weights, or where they are frozen of the puzzle embedding
	GradNorm     float64       // of the same, before clipping
	Elapsed      time.Duration // since the call of Run
	StepsRun     uint64        // steps done since then
}

// Value is one metric under its published name.
type Value struct {
	Name  string
	Value float64
}

// Values returns the metrics as the published code logs them: losses per row
// of the batch, the rest per halted row.
func (r *Report) Values() []Value {
	m, batch, count := &r.Metrics, float64(r.BatchSize), max(r.Metrics.Count, 1)
	values := []Value{
		{"train/lm_loss", m.LMLoss / batch},
		{"train/q_halt_loss", m.QHaltLoss / batch},
		{"train/accuracy", m.Accuracy / count},
		{"train/exact_accuracy", m.ExactAccuracy / count},
		{"train/q_halt_accuracy", m.QHaltAccuracy / count},
		{"train/steps", m.Steps / count},
		{"train/count", m.Count},
		{"train/lr", r.LearningRate},
		{"train/grad_norm", r.GradNorm},
	}
	if m.QContinueLoss != 0 {
		values = append(values, Value{"train/q_continue_loss", m.QContinueLoss / batch})
	}
	if m.OtherLoss != 0 {
		values = append(values, Value{"train/other_loss", m.OtherLoss / batch})
	}
	return values
}

// RunOptions says how long to run and what to do on the way.
type RunOptions struct {
	// OnStep, if set, is called after every step. It may look at the model and, by
	// [Trainer.WithEMA], evaluate and save it. An error ends the run, which is saved
	// first.
	OnStep func(*Report) error
	// Checkpoint is the file to save to, every SaveEvery and at the end; empty
	// means none.
	Checkpoint string
	SaveEvery  time.Duration // 0: five minutes
	// OnSave, if set, is called before each save of the checkpoint, for what
	// else a run keeps: the checkpoint never says more than was kept.
	OnSave func() error
}

// Run trains until the configured number of steps is done, saves the
// checkpoint and returns nil. If ctx ends before, it saves the checkpoint and
// returns an error that wraps the cause of that, [context.Cause]. After an
// error of a step the checkpoint stays as it was saved last. After any other
// error, such as that of a full disk, nothing is lost: Run goes on from where it
// was, and [Trainer.SaveCheckpoint] saves elsewhere.
func (t *Trainer) Run(ctx context.Context, opts RunOptions) error {
	every := opts.SaveEvery
	if every == 0 {
		every = 5 * time.Minute
	}
	start, saved, first := time.Now(), time.Now(), t.step
	for t.step < t.cfg.Steps {
		if ctx.Err() != nil {
			if err := t.saveFor(&opts); err != nil {
				return err // not joined: who asks for the cause must not miss this
			}
			return fmt.Errorf("train: stopped at step %d of %d: %w", t.step, t.cfg.Steps, context.Cause(ctx))
		}
		m, err := t.Step()
		if err != nil {
			return err
		}
		if opts.OnStep != nil {
			r := t.report(m)
			r.Elapsed, r.StepsRun = time.Since(start), t.step-first
			if err := opts.OnStep(r); err != nil {
				return errors.Join(err, t.saveFor(&opts))
			}
		}
		if time.Since(saved) >= every {
			if err := t.saveFor(&opts); err != nil {
				return err
			}
			saved = time.Now()
		}
	}
	return t.saveFor(&opts)
}

// saveFor saves the checkpoint, if there is to be one.
func (t *Trainer) saveFor(opts *RunOptions) error {
	if opts.Checkpoint == "" {
		return nil
	}
	if opts.OnSave != nil {
		if err := opts.OnSave(); err != nil {
			return err
		}
	}
	return t.SaveCheckpoint(opts.Checkpoint)
}

func (t *Trainer) report(m Metrics) *Report {
	peak := t.cfg.LR
	if t.cfg.FreezeWeights {
		peak = t.cfg.PuzzleLR
	}
	return &Report{
		Step: t.step, Steps: t.cfg.Steps, Metrics: m, BatchSize: t.cfg.BatchSize,
		LearningRate: peak * t.cfg.rate(t.step), GradNorm: t.gradNorm,
	}
}

// WithEMA calls f while the model holds the averaged weights, and gives it
// back the trained ones. Without averaging it just calls f. f may evaluate and
// save the model, at any precision, but must not use the trainer.
func (t *Trainer) WithEMA(f func() error) (err error) {
	restore := t.pack
	if t.opt.ema != nil {
		if err := t.swapEMA(); err != nil {
			return err
		}
		restore = t.swapEMA
	}
	defer func() { err = errors.Join(err, restore()) }()
	return f()
}

func (t *Trainer) swapEMA() error {
	for i, v := range t.opt.ema {
		t.opt.ema[i], t.opt.p[i] = t.opt.p[i], v
	}
	return t.pack()
}

// pack lays the weights out for training.
func (t *Trainer) pack() error { return t.model.Pack(t.cfg.Precision, true) }
