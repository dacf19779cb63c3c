// Package trainrun keeps the training runs of the example programs, each in a folder:
// its settings, a checkpoint to go on from, the averaged weights and a log.
package trainrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

// LogEvery is how many steps a line of the log covers.
const LogEvery = 50

// Run is what this process does of a run.
type Run struct {
	flags   *Flags
	steps   uint64 // of the whole run
	model   *nn.Model
	trainer *train.Trainer
	lock    *filelock.Lock
	log     *train.Log
}

// Open begins a run in the folder that the flags name, or goes on with the one there
// if they say so. The settings are anything that has a JSON form; model, feed and cfg
// are what [Settings] of the folder come to again. Nothing is written before all is
// found good, and the first checkpoint last. The run is to be closed.
func Open(f *Flags, settings any, m *nn.Model, feed train.Feed, cfg train.Config) (*Run, error) {
	t, err := train.New(m, feed, cfg, train.Options{Workers: f.Workers})
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	r := &Run{flags: f, steps: cfg.Steps, model: m, trainer: t}
	if f.Resume {
		err = r.resume()
	} else {
		err = r.begin(settings)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Run) file(name string) string { return filepath.Join(r.flags.Out, name) }

// begin writes a new run.
func (r *Run) begin(settings any) (err error) {
	if r.lock, err = Lock(r.flags.Out); err != nil {
		return err
	}
	if err := CheckFree(r.flags.Out, ModelFile); err != nil {
		return err
	}
	if err := SaveSettings(r.flags.Out, settings); err != nil {
		return err
	}
	if r.log, err = train.OpenLog(r.file(LogFile), LogEvery, 0); err != nil {
		return err
	}
	return r.trainer.SaveCheckpoint(r.file(CheckpointFile))
}

// resume reads the checkpoint.
func (r *Run) resume() (err error) {
	if r.lock, err = Lock(r.flags.Out); err != nil {
		return err
	}
	if err := r.trainer.LoadCheckpoint(r.file(CheckpointFile)); err != nil {
		return command.AsBadInput(err)
	}
	r.log, err = train.OpenLog(r.file(LogFile), LogEvery, r.trainer.StepsDone())
	return err
}

// Close gives back what Open took.
func (r *Run) Close() {
	r.trainer.Close()
	if r.log != nil {
		r.log.Close() // Flush has reported what did not reach the disk
	}
	if r.lock != nil {
		r.lock.Release() // the end of the process would do
	}
}

// Train trains until the run ends, its time is up, or ctx ends, and shows on stderr
// how far it is, and what it has saved.
func (r *Run) Train(ctx context.Context, stderr io.Writer) error {
	ctx, cancel := r.flags.Within(ctx)
	defer cancel()
	progress, end := Progress(stderr)
	err := r.trainer.Run(ctx, train.RunOptions{
		OnStep:     train.Callbacks(r.log.OnStep, progress),
		Checkpoint: r.file(CheckpointFile), SaveEvery: r.flags.SaveEvery, OnSave: r.save,
	})
	end()
	if err != nil && !errors.Is(err, context.Cause(ctx)) {
		return err
	}
	done, more := r.trainer.StepsDone(), ""
	if done < r.steps {
		more = "; -resume goes on"
	}
	fmt.Fprintf(stderr, "saved step %d of %d in %s%s\n", done, r.steps, r.flags.Out, more)
	if errors.Is(err, ErrTimeUp) {
		return nil
	}
	return err // an interrupted run is saved, but not a success
}

// save keeps the log and the averaged weights before each save of the checkpoint.
func (r *Run) save() error {
	if err := r.log.Flush(); err != nil {
		return err
	}
	return r.trainer.WithEMA(func() error { return r.model.Save(r.file(ModelFile)) })
}
