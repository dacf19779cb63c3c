package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

const trainUsage = `usage: maze train -out DIR [FLAGS]
       maze train -resume -out DIR [FLAGS]

Trains a model on new mazes, none of which comes twice, and writes to DIR:

  checkpoint.safetensors   all that -resume needs
  model.safetensors        the averaged weights, for solve and eval
  log.jsonl                one JSON object a line: metrics by step
  config.json              the settings
  lock                     says which process is at work

Ctrl-C saves and stops; a second one stops at once. A resumed run goes on as if it had
not stopped, with the settings in DIR. The weights of a small size are a good start for
a larger one: small mazes cost less and teach the same.
`

// trainFlags are the flags of train.
type trainFlags struct {
	out, weights, precision string
	resume                  bool
	side, batch, haltSteps  int
	steps, seed             uint64
	rate                    float64
	limit, saveEvery        time.Duration
	workers                 int
}

// fixed are the flags that a resumed run has from its folder.
var fixed = []string{"weights", "precision", "size", "batch", "halt-steps", "steps", "seed", "rate"}

func newTrainFlags(fs *flag.FlagSet) *trainFlags {
	f := new(trainFlags)
	fs.StringVar(&f.out, "out", "", "`folder` of the run, made if need be")
	fs.BoolVar(&f.resume, "resume", false, "go on with the run in the folder")
	fs.DurationVar(&f.limit, "time", 0, "train for this `time`, such as 90m, then save and stop (default no limit)")
	fs.DurationVar(&f.saveEvery, "save-every", 5*time.Minute, "`time` between two saves")
	fs.IntVar(&f.workers, "workers", 0, "goroutines that compute, without effect on the result (default one for each processor)")
	fs.StringVar(&f.weights, "weights", "", "`file` of weights to begin with (default random ones)")
	fs.StringVar(&f.precision, "precision", string(nn.BF16), "`type` of the passes: float32 or bfloat16")
	fs.IntVar(&f.side, "size", trainedSide, "`cells` of a side of the mazes")
	fs.IntVar(&f.batch, "batch", 64, "mazes that are thought about at a time")
	fs.IntVar(&f.haltSteps, "halt-steps", 16, "supervision `steps` on a maze at most")
	fs.Uint64Var(&f.steps, "steps", 1000, "training `steps` of the whole run, over which the rate falls to nothing")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	fs.Float64Var(&f.rate, "rate", 0.02, "learning `rate` of Muon")
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
		for _, name := range fixed {
			if f.resume && given.Name == name {
				err = command.BadInput("train: -%s is that of the run in the folder; it does not go with -resume", name)
			}
		}
	})
	return err
}

// errTimeUp is the end of -time.
var errTimeUp = errors.New("the time is up")

func (p *program) train(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("maze train", flag.ContinueOnError)
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
