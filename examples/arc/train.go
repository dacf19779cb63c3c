package main

import (
	"cmp"
	"context"
	"flag"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
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
	trainrun.Flags
	source                     source
	weights, preset, precision string
	rowsOnly, keepRows         bool
	batch                      int
	steps, seed                uint64
	rate, rowRate, rowDecay    float64
}

func newTrainFlags(fs *flag.FlagSet) *trainFlags {
	f := new(trainFlags)
	f.source.flags(fs)
	f.Add(fs)
	fs.StringVar(&f.weights, "weights", "", "`file` of weights to begin with (default random ones)")
	fs.BoolVar(&f.keepRows, "keep-rows", false, "begin with the file's rows of the puzzle embedding")
	fs.BoolVar(&f.rowsOnly, "rows-only", false, "train the puzzle embedding alone")
	fs.StringVar(&f.preset, "preset", presetSmall, "`model` without -weights: "+presetSmall+", or "+presetPublished+" for the published TRM")
	fs.StringVar(&f.precision, "precision", string(nn.BF16), "`type` of the passes: float32, bfloat16, or fastest: the faster of them on this CPU")
	fs.IntVar(&f.batch, "batch", 64, "rows that are thought about at a time")
	fs.Uint64Var(&f.steps, "steps", 1000, "training `steps` of the whole run, over which the rates fall to nothing")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the run's random numbers")
	fs.Float64Var(&f.rate, "rate", 0.02, "learning `rate` of Muon")
	fs.Float64Var(&f.rowRate, "row-rate", 0.01, "learning `rate` of the puzzle embedding")
	fs.Float64Var(&f.rowDecay, "row-decay", 0.1, "weight `decay` of the puzzle embedding")
	return f
}

func (f *trainFlags) check(fs *flag.FlagSet) error {
	for _, name := range []string{"rows-only", "keep-rows"} {
		if f.weights == "" && command.Given(fs, name) {
			return command.BadInput("train: -%s needs -weights", name)
		}
	}
	return cmp.Or(f.Check(), f.CheckResumed(fs))
}

func (p *program) train(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("arc train", flag.ContinueOnError)
	f := newTrainFlags(fs)
	if err := command.Parse(fs, args, 0, trainUsage, p.stdout); err != nil {
		return err
	}
	if err := f.check(fs); err != nil {
		return err
	}
	s, err := f.settings()
	if err != nil {
		return err
	}
	set, err := s.Source.open()
	if err != nil {
		return err
	}
	defer set.Close() // which is only read
	r, err := openRun(f, s, set)
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Train(ctx, p.stderr)
}

// openRun begins a run on the rows of a set, or goes on with the one in the folder.
func openRun(f *trainFlags, s *settings, set *arc.Set) (*trainrun.Run, error) {
	m, err := s.startModel(f, set)
	if err != nil {
		return nil, err
	}
	feed, err := data.NewSampler(set.Train, s.Train.Seed)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return trainrun.Open(&f.Flags, s, m, feed, s.Train)
}
