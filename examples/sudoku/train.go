package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/train/eval"
)

const trainUsage = `usage: sudoku train -data FILE[,FILE...] -out DIR [FLAGS]
       sudoku train -generate N -out DIR [FLAGS]
       sudoku train -resume -out DIR [FLAGS]

Trains a model and writes to DIR:

  checkpoint.safetensors   all that -resume needs
  model.safetensors        the weights for solve and eval, averaged if the
                           preset averages
  log.jsonl                one JSON object a line: metrics by step
  config.json              the settings
  puzzles.csv              the puzzles, with -generate

Ctrl-C saves and stops; a second one stops at once. A resumed run goes on as if
it had not stopped, so it takes its model, settings and puzzles from DIR.

presets: trm has small, mlp and attention; hrm has small and sudoku. All but
small are the published models and settings, and need a large machine.
`

// The files of a run's folder.
const (
	checkpointFile = "checkpoint.safetensors"
	modelFile      = "model.safetensors"
	logFile        = "log.jsonl"
	configFile     = "config.json"
	puzzlesFile    = "puzzles.csv"
)

// logEvery is how many steps a line of the log covers.
const logEvery = 50

// runFlags are the flags that may differ from one part of a run to the next.
type runFlags struct {
	out       string
	resume    bool
	limit     time.Duration
	saveEvery time.Duration
	workers   int
	eval      string
	evalN     int
	evalEvery time.Duration
}

func newRunFlags(set *flag.FlagSet) *runFlags {
	f := new(runFlags)
	set.StringVar(&f.out, "out", "", "`folder` of the run, made if need be")
	set.BoolVar(&f.resume, "resume", false, "go on with the run in the folder")
	set.DurationVar(&f.limit, "time", 0, "save and stop after this `time`, such as 90m (default no limit)")
	set.DurationVar(&f.saveEvery, "save-every", 5*time.Minute, "`time` between two saves")
	set.IntVar(&f.workers, "workers", 0, "goroutines that compute, without effect on the result (default one for each processor)")
	set.StringVar(&f.eval, "eval", "", "CSV `file` of puzzles to evaluate on")
	set.IntVar(&f.evalN, "eval-n", 256, "puzzles to evaluate on, spread over the file (0: all)")
	set.DurationVar(&f.evalEvery, "eval-every", 10*time.Minute, "`time` between two evaluations")
	return f
}

func (f *runFlags) check() error {
	switch {
	case f.out == "":
		return badInput("train: -out is missing")
	case f.saveEvery <= 0 || f.evalEvery <= 0:
		return badInput("train: -save-every and -eval-every must be more than 0")
	case f.limit < 0 || f.workers < 0 || f.evalN < 0:
		return badInput("train: -time, -workers and -eval-n must not be negative")
	}
	return nil
}

func (f *runFlags) file(name string) string { return filepath.Join(f.out, name) }

func (p *program) train(ctx context.Context, args []string) error {
	set := p.flags("train", trainUsage)
	f, choice := newRunFlags(set), newSettingFlags(set)
	if _, err := p.parse(set, args, 0); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	within := ctx
	if f.limit > 0 {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeout(ctx, f.limit)
		defer cancel()
	}
	s, puzzles, err := p.openRun(within, f, choice)
	if err != nil {
		return err
	}
	if err := p.trainRun(within, f, s, puzzles); err != nil {
		return err
	}
	return ctx.Err() // an interrupted run is saved, but not a success
}

// openRun returns the settings and the puzzles of a new run, for which it
// makes the folder, or of the run in the folder.
func (p *program) openRun(ctx context.Context, f *runFlags, choice *settingFlags) (*settings, []sudoku.Puzzle, error) {
	_, err := os.Stat(f.file(checkpointFile))
	switch {
	case f.resume && err != nil:
		return nil, nil, badInput("train: nothing to resume: %w", err)
	case f.resume:
		return resumeRun(f.out, choice)
	case err == nil:
		return nil, nil, badInput("train: %s holds a run already; go on with it by -resume, or choose another folder", f.out)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, badInput("train: %w", err)
	}
	for _, name := range []string{modelFile, logFile, configFile, puzzlesFile} {
		if _, err := os.Stat(f.file(name)); !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, badInput("train: %s is there already; choose another folder", f.file(name))
		}
	}
	return p.newRun(ctx, f, choice)
}

func resumeRun(folder string, choice *settingFlags) (*settings, []sudoku.Puzzle, error) {
	s, err := choice.resumed(folder)
	if err != nil {
		return nil, nil, err
	}
	puzzles, err := readCSVs(s.Data...)
	if err != nil {
		return nil, nil, err
	}
	if digest(puzzles) != s.Digest {
		return nil, nil, badInput("train: %s: not the puzzles that the run began with", strings.Join(s.Data, ", "))
	}
	return s, puzzles, nil
}

func (p *program) newRun(ctx context.Context, f *runFlags, choice *settingFlags) (*settings, []sudoku.Puzzle, error) {
	s, err := choice.fresh()
	if err != nil {
		return nil, nil, err
	}
	var puzzles []sudoku.Puzzle
	if s.Generate > 0 {
		puzzles, err = p.newPuzzles(ctx, s.Generate, s.Train.Seed, levelOf)
	} else {
		puzzles, err = readCSVs(s.Data...)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(f.out, 0o777); err != nil {
		return nil, nil, badInput("train: %w", err)
	}
	if s.Generate > 0 {
		path, err := filepath.Abs(f.file(puzzlesFile))
		if err != nil {
			return nil, nil, err
		}
		if err := sudoku.SaveCSV(path, puzzles); err != nil {
			return nil, nil, err
		}
		s.Data = []string{path}
	}
	s.Digest = digest(puzzles)
	return s, puzzles, s.save(f.out)
}

// trainRun trains until the run or ctx ends.
func (p *program) trainRun(ctx context.Context, f *runFlags, s *settings, puzzles []sudoku.Puzzle) error {
	r := &trainRun{p: p, f: f, steps: s.Train.Steps}
	if f.eval != "" {
		held, err := readCSVs(f.eval)
		if err != nil {
			return err
		}
		r.held = spread(held, f.evalN)
	}
	rows := data.Rows(sudoku.Rows(puzzles))
	if s.Augment {
		var err error
		if rows, err = sudoku.Augment(rows); err != nil {
			return err
		}
	}
	feed, err := data.NewSampler(rows, s.Train.Seed)
	if err != nil {
		return err
	}
	r.model, err = newModel(s.Model, s.Arch, rand.New(rand.NewPCG(s.Train.Seed, 0)))
	if err != nil {
		return &inputError{err}
	}
	r.trainer, err = train.New(r.model, feed, s.Train, train.Options{Workers: f.workers})
	if err != nil {
		return &inputError{err}
	}
	defer r.trainer.Close()
	mode := os.O_TRUNC
	if f.resume {
		if err := r.trainer.LoadCheckpoint(f.file(checkpointFile)); err != nil {
			return &inputError{err}
		}
		mode = os.O_APPEND
	}
	log, err := os.OpenFile(f.file(logFile), os.O_WRONLY|os.O_CREATE|mode, 0o666)
	if err != nil {
		return err
	}
	r.log = log
	return errors.Join(r.run(ctx), log.Close())
}

// trainRun is what one call of the program does of a run.
type trainRun struct {
	p       *program
	f       *runFlags
	steps   uint64 // of the whole run
	model   *nn.Model
	trainer *train.Trainer
	held    sudoku.Rows // held out, to evaluate on
	log     io.Writer
}

func (r *trainRun) run(ctx context.Context) error {
	terminal := isTerminal(r.p.stderr)
	fmt.Fprintf(r.p.stderr, "training %d parameters from step %d\n", r.model.Params().Count(), r.trainer.StepsDone())
	var last train.Report
	err := r.trainer.Run(ctx, train.RunOptions{OnStep: train.Callbacks(
		func(now *train.Report) error { last = *now; return nil },
		train.NewJSONLines(r.log, logEvery),
		train.NewProgress(r.p.stderr, terminal),
		regularly(r.f.saveEvery, func(*train.Report) error { return r.save() }),
		regularly(r.f.evalEvery, func(now *train.Report) error { return r.evaluate(ctx, now) }),
	)})
	if terminal && last.Step < last.Steps {
		fmt.Fprintln(r.p.stderr) // ends the progress line
	}
	if err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	if last.Step > 0 {
		if err := r.evaluate(ctx, &last); err != nil {
			return err
		}
	}
	done := r.trainer.StepsDone()
	fmt.Fprintf(r.p.stdout, "saved step %d of %d in %s\n", done, r.steps, r.f.out)
	if done < r.steps {
		fmt.Fprintf(r.p.stdout, "to go on: sudoku train -resume -out %s\n", r.f.out)
	}
	return nil
}

// regularly returns a function that calls f when the given time has passed
// since it did last.
func regularly(every time.Duration, f func(*train.Report) error) func(*train.Report) error {
	next := every
	return func(r *train.Report) error {
		if r.Elapsed < next {
			return nil
		}
		next = r.Elapsed + every
		return f(r)
	}
}

// save writes the checkpoint and the model, each in one step.
func (r *trainRun) save() error {
	if err := r.trainer.SaveCheckpoint(r.f.file(checkpointFile)); err != nil {
		return err
	}
	return r.trainer.WithEMA(func() error { return r.model.Save(r.f.file(modelFile)) })
}

// evaluate logs the accuracy on the held-out puzzles, if there are any and the
// run is not to end at once.
func (r *trainRun) evaluate(ctx context.Context, now *train.Report) error {
	if r.held.Len() == 0 {
		return nil
	}
	var result *eval.Result
	err := r.trainer.WithEMA(func() (err error) {
		result, err = eval.Evaluate(ctx, r.model, r.held, eval.Options{Workers: r.f.workers})
		return err
	})
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	e := result.Report()
	line, err := json.Marshal(evalLine{now.Step, now.Elapsed.Seconds(), e.Exact, e.Cell, e.MeanSteps})
	if err != nil {
		return err
	}
	_, err = r.log.Write(append(line, '\n'))
	return err
}

// evalLine is a line of the log, under the published names.
type evalLine struct {
	Step    uint64  `json:"step"`
	Elapsed float64 `json:"elapsed"`
	Exact   float64 `json:"all/exact_accuracy"`
	Cell    float64 `json:"all/accuracy"`
	Steps   float64 `json:"all/steps"`
}
