package main

import (
	"context"
	"flag"
	"time"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
)

const trainUsage = `usage: sudoku train -data PATH -out DIR [FLAGS]
       sudoku train -generate N -out DIR [FLAGS]
       sudoku train -resume -out DIR [FLAGS]

Trains a model on the puzzles of a CSV file, or of one split of a data set
folder, such as DATASET/train, and writes to DIR:

  checkpoint.safetensors   all that -resume needs
  model.safetensors        the weights for solve and eval, averaged if the
                           preset averages
  best.safetensors         those that did best on the puzzles of -eval
  log.jsonl                one JSON object a line: metrics by step
  log.csv                  the same as a table
  curve.svg                a picture of it, renewed at each save and evaluation
  config.json              the settings
  puzzles.csv              the puzzles, with -generate
  lock                     says which process is at work

Ctrl-C saves and stops; a second one stops at once. A resumed run goes on as if
it had not stopped, so it takes its model, settings and puzzles from DIR.

presets: trm has small, units, mlp and attention; hrm has small and sudoku. All
but small and units are the published models and settings, and need a large
machine. A run of units has several stages: each has its files in a folder of
its own, such as DIR/stage-1, and goes on with the weights of the one before.
`

// runFlags are the flags that may differ from one part of a run to the next.
type runFlags struct {
	trainrun.Flags
	anneal    bool
	eval      string
	evalN     int
	evalEvery time.Duration
}

func newRunFlags(set *flag.FlagSet) *runFlags {
	f := new(runFlags)
	f.Add(set)
	set.BoolVar(&f.anneal, "anneal", false, "measure the speed and set -steps so that the run ends within -time, its learning rate lowered")
	set.StringVar(&f.eval, "eval", "", "`path` of puzzles to evaluate on: a CSV file or a data set folder")
	set.IntVar(&f.evalN, "eval-n", 256, "puzzles to evaluate on, spread over all of them (0: all)")
	set.DurationVar(&f.evalEvery, "eval-every", 10*time.Minute, "`time` between two evaluations")
	return f
}

func (f *runFlags) check(choice *settingFlags) error {
	if err := f.Check(); err != nil {
		return err
	}
	switch {
	case f.evalEvery <= 0 || f.evalN < 0:
		return command.BadInput("train: -eval-every must be more than 0, -eval-n not negative")
	case f.anneal && f.Limit == 0:
		return command.BadInput("train: -anneal needs -time")
	case f.anneal && (f.Resume || choice.given("steps")):
		return command.BadInput("train: -anneal sets the steps of a new run; it does not go with -resume or -steps")
	}
	return nil
}

func (p *program) train(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("sudoku train", flag.ContinueOnError)
	f, choice := newRunFlags(set), newSettingFlags(set)
	if err := command.Parse(set, args, 0, trainUsage, p.stdout); err != nil {
		return err
	}
	if err := f.check(choice); err != nil {
		return err
	}
	within, cancel := f.Within(ctx)
	defer cancel()
	return p.trainStages(ctx, within, f, choice)
}
