package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"time"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

const trainUsage = `usage: arc train -out DIR [FLAGS]
       arc train -rows-only -weights FILE -out DIR [FLAGS]
       arc train -resume -out DIR [FLAGS]

Trains a model on the pairs that show the rules of tasks, in all their augmentations;
the pairs to be tested on are not looked at. DIR receives:

  checkpoint.safetensors   all that -resume needs
  model.safetensors        the averaged weights, for eval
  log.jsonl                one JSON object a line: metrics by step
  config.json              the settings
  lock                     says which process is at work

With -weights the network begins with those of a file, and each puzzle identifier with
the mean of the file's rows of the puzzle embedding, as in the published code, or with
the row of the same number (-keep-rows). With -rows-only the network stays as it is to
the bit, and the rows alone learn: so a trained model gets to know new tasks at test
time.

Ctrl-C saves and stops; a second one stops at once. A resumed run goes on as if it had
not stopped, with the settings in DIR.
`

// trainFlags are the flags of train.
type trainFlags struct {
	source                     source
	out, weights, preset       string
	precision                  string
	resume, rowsOnly, keepRows bool
	batch                      int
	steps, seed                uint64
	rate, rowRate, rowDecay    float64
	limit, saveEvery           time.Duration
	workers                    int
}

// fixed are the flags that a resumed run has from its folder.
var fixed = append([]string{"weights", "preset", "precision", "rows-only", "keep-rows", "batch", "steps", "seed", "rate", "row-rate", "row-decay"}, sourceFlags...)

func newTrainFlags(fs *flag.FlagSet) *trainFlags {
	f := new(trainFlags)
	f.source.flags(fs)
	fs.StringVar(&f.out, "out", "", "`folder` of the run, made if need be")
	fs.BoolVar(&f.resume, "resume", false, "go on with the run in the folder")
	fs.DurationVar(&f.limit, "time", 0, "train for this `time`, such as 90m, then save and stop (default no limit)")
	fs.DurationVar(&f.saveEvery, "save-every", 5*time.Minute, "`time` between two saves")
	fs.IntVar(&f.workers, "workers", 0, "goroutines that compute, without effect on the result (default one for each processor)")
	fs.StringVar(&f.weights, "weights", "", "`file` of weights to begin with (default random ones)")
	fs.BoolVar(&f.keepRows, "keep-rows", false, "begin with the file's rows of the puzzle embedding")
	fs.BoolVar(&f.rowsOnly, "rows-only", false, "train the puzzle embedding alone")
	fs.StringVar(&f.preset, "preset", presetSmall, "`model` without -weights: "+presetSmall+", or "+presetPublished+" for the published TRM")
	fs.StringVar(&f.precision, "precision", string(nn.BF16), "`type` of the passes: float32 or bfloat16")
	fs.IntVar(&f.batch, "batch", 64, "rows that are thought about at a time")
	fs.Uint64Var(&f.steps, "steps", 1000, "training `steps` of the whole run, over which the rates fall to nothing")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the run's random numbers")
	fs.Float64Var(&f.rate, "rate", 0.02, "learning `rate` of Muon")
	fs.Float64Var(&f.rowRate, "row-rate", 0.01, "learning `rate` of the puzzle embedding")
	fs.Float64Var(&f.rowDecay, "row-decay", 0.1, "weight `decay` of the puzzle embedding")
	return f
}

func (f *trainFlags) check(fs *flag.FlagSet) error {
	switch {
	case f.out == "":
		return command.BadInput("train: -out is missing")
	case f.limit < 0 || f.saveEvery <= 0 || f.workers < 0:
		return command.BadInput("train: -time and -workers must not be negative, -save-every more than 0")
	}
	var err error
	fs.Visit(func(given *flag.Flag) {
		if f.resume && slices.Contains(fixed, given.Name) {
			err = command.BadInput("train: -%s is that of the run in the folder; it does not go with -resume", given.Name)
		}
		if f.weights == "" && (given.Name == "rows-only" || given.Name == "keep-rows") {
			err = command.BadInput("train: -%s needs -weights", given.Name)
		}
	})
	return err
}

// errTimeUp is the end of -time.
var errTimeUp = errors.New("the time is up")

func (p *program) train(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("arc train", flag.ContinueOnError)
	f := newTrainFlags(fs)
	if err := command.Parse(fs, args, 0, trainUsage, p.stdout); err != nil {
		return err
	}
	if err := f.check(fs); err != nil {
		return err
	}
	if f.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, f.limit, errTimeUp)
		defer cancel()
	}
	r, err := openRun(f)
	if err != nil {
		return err
	}
	defer r.close()
	err = r.trainer.Run(ctx, train.RunOptions{
		OnStep:     train.Callbacks(r.log.OnStep, p.progress()),
		Checkpoint: r.folder.file(checkpointFile), SaveEvery: f.saveEvery, OnSave: r.save,
	})
	if errors.Is(err, errTimeUp) {
		_, err = fmt.Fprintf(p.stderr, "saved step %d of %d; -resume goes on\n", r.trainer.StepsDone(), r.settings.Train.Steps)
	}
	return err
}

// progress returns what shows how far a run is.
func (p *program) progress() func(*train.Report) error {
	if !terminal.Obeys(p.stderr) {
		return train.NewProgress(p.stderr, nil)
	}
	return train.NewProgress(p.stderr, func() int { return terminal.Columns(p.stderr) })
}
