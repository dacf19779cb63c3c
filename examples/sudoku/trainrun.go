package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/filelock"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

// trainRun is what one call of the program does of a run.
type trainRun struct {
	p        *program
	f        *runFlags
	folder   runFolder
	settings *settings
	rows     data.Rows       // to learn from
	made     []sudoku.Puzzle // by -generate
	held     *heldOut        // or nil
	sets     []*data.Set     // that were opened
	model    *nn.Model
	trainer  *train.Trainer
	lock     *filelock.Lock
	log      *train.Log
}

// close gives back what begin and resume took, as far as they came.
func (r *trainRun) close() {
	if r.trainer != nil {
		r.trainer.Close()
	}
	if r.log != nil {
		r.log.Close() // Flush has reported what did not reach the disk
	}
	for _, set := range r.sets {
		set.Close() // only read from
	}
	if r.lock != nil {
		r.lock.Release() // the end of the process would do
	}
}

// begin makes a new run, up to its first checkpoint. Nothing is written before
// all that was given is read and found good.
func (r *trainRun) begin(ctx context.Context) (err error) {
	if err := r.folder.checkFree(); err != nil {
		return err
	}
	if err := r.openHeldOut(); err != nil {
		return err
	}
	if s := r.settings; s.Generate > 0 {
		s.Data = []string{puzzlesFile}
		r.made, err = makeAll(ctx, r.p, s.Generate, s.Train.Seed, spread)
		r.rows = sudoku.Rows(r.made)
	} else {
		err = r.openData(s.Data)
	}
	if err != nil {
		return err
	}
	if r.settings.Digest, err = digest(r.rows); err != nil {
		return err
	}
	if r.f.anneal {
		if err := r.anneal(ctx); err != nil {
			return err
		}
	}
	if r.model, err = startModel(r.settings); err != nil {
		return err
	}
	if r.trainer, err = r.newTrainer(r.model); err != nil {
		return err
	}
	return r.write()
}

// write puts a new run into its folder, the checkpoint last: with it there is
// a run to be resumed.
func (r *trainRun) write() (err error) {
	if r.lock, err = trainrun.Lock(string(r.folder)); err != nil {
		return err
	}
	if err := r.folder.checkFree(); err != nil { // another process may have been faster
		return err
	}
	if err := trainrun.SaveSettings(string(r.folder), r.settings); err != nil {
		return err
	}
	if r.settings.Generate > 0 {
		if err := sudoku.SaveCSV(r.folder.file(puzzlesFile), r.made); err != nil {
			return err
		}
	}
	if r.log, err = train.OpenLog(r.folder.file(trainrun.LogFile), trainrun.LogEvery, 0); err != nil {
		return err
	}
	return r.trainer.SaveCheckpoint(r.folder.file(trainrun.CheckpointFile))
}

// resume goes on with the run in the folder.
func (r *trainRun) resume(choice *settingFlags) (err error) {
	if err := trainrun.CheckRun(string(r.folder)); err != nil {
		return err
	}
	if r.lock, err = trainrun.Lock(string(r.folder)); err != nil {
		return err
	}
	if r.settings, err = choice.resumed(r.folder); err != nil {
		return err
	}
	if err := r.openHeldOut(); err != nil {
		return err
	}
	if err := r.openData(r.settings.dataFiles(r.folder)); err != nil {
		return err
	}
	sum, err := digest(r.rows)
	if err != nil {
		return err
	}
	if sum != r.settings.Digest {
		return command.BadInput("train: %s: not the puzzles that the run began with", strings.Join(r.settings.Data, ", "))
	}
	fresh := *r.settings
	fresh.Weights = "" // the checkpoint has what became of them
	if r.model, err = startModel(&fresh); err != nil {
		return err
	}
	if r.trainer, err = r.newTrainer(r.model); err != nil {
		return err
	}
	if err := r.trainer.LoadCheckpoint(r.folder.file(trainrun.CheckpointFile)); err != nil {
		return command.AsBadInput(err)
	}
	if err := r.held.loadBest(r.folder.file(bestFile)); err != nil {
		return err
	}
	if choice.given("data") {
		if err := trainrun.SaveSettings(string(r.folder), r.settings); err != nil {
			return err
		}
	}
	r.log, err = train.OpenLog(r.folder.file(trainrun.LogFile), trainrun.LogEvery, r.trainer.StepsDone())
	return err
}

// openData opens the puzzles to learn from.
func (r *trainRun) openData(paths []string) error {
	set, err := openRows(paths...)
	if err != nil {
		return err
	}
	r.sets = append(r.sets, set)
	r.rows = set.Groups()
	return nil
}

func (r *trainRun) newTrainer(m *nn.Model) (*train.Trainer, error) {
	s := r.settings
	rows, err := sudoku.Vary(r.rows, s.Variety)
	if err != nil {
		return nil, err
	}
	if s.Augment {
		if rows, err = sudoku.Augment(rows); err != nil {
			return nil, err
		}
	}
	feed, err := data.NewSampler(rows, s.dataSeed())
	if err != nil {
		return nil, err
	}
	t, err := train.New(m, feed, s.Train, train.Options{Workers: r.f.Workers})
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return t, nil
}

// run trains until the run, its time, with which within ends, or ctx ends.
func (r *trainRun) run(ctx, within context.Context) error {
	r.p.progress("training %d parameters from step %d\n", r.model.Params().Count(), r.trainer.StepsDone())
	last, err := r.train(ctx, within)
	stopped := errors.Is(err, trainrun.ErrTimeUp) || ctx.Err() != nil && errors.Is(err, context.Cause(ctx))
	if err != nil && !stopped {
		return err
	}
	if err := r.evaluate(ctx, last); err != nil {
		return err
	}
	done, steps := r.trainer.StepsDone(), r.settings.Train.Steps
	fmt.Fprintf(r.p.stdout, "saved step %d of %d in %s\n", done, steps, r.folder)
	if done < steps {
		fmt.Fprintf(r.p.stdout, "to go on: sudoku train -resume -out %s\n", r.f.Out)
	}
	return ctx.Err() // an interrupted run is saved, but not a success
}

func (r *trainRun) finished() bool { return r.trainer.StepsDone() == r.settings.Train.Steps }

// train runs the trainer and returns the report of the last step, if there was
// one.
func (r *trainRun) train(ctx, within context.Context) (*train.Report, error) {
	var last train.Report
	progress, end := trainrun.Progress(r.p.stderr)
	nextEval := r.f.evalEvery
	err := r.trainer.Run(within, train.RunOptions{
		Checkpoint: r.folder.file(trainrun.CheckpointFile),
		SaveEvery:  r.f.SaveEvery,
		OnSave:     r.save,
		OnStep: train.Callbacks(
			func(now *train.Report) error { last = *now; return nil },
			r.log.OnStep,
			progress,
			func(now *train.Report) error {
				if now.Elapsed < nextEval {
					return nil
				}
				nextEval = now.Elapsed + r.f.evalEvery
				return r.evaluate(ctx, now)
			},
		),
	})
	end()
	return &last, err
}

// save is called before each save of the checkpoint.
func (r *trainRun) save() error {
	if err := r.log.Flush(); err != nil {
		return err
	}
	if err := showLog(r.folder, r.settings); err != nil {
		return err
	}
	return r.trainer.WithEMA(func() error { return r.model.Save(r.folder.file(trainrun.ModelFile)) })
}
