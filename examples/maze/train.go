package main

import (
	"cmp"
	"context"
	"flag"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
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
	trainrun.Flags
	weights, precision     string
	side, batch, haltSteps int
	steps, seed            uint64
	rate                   float64
}

func newTrainFlags(fs *flag.FlagSet) *trainFlags {
	f := new(trainFlags)
	f.Add(fs)
	fs.StringVar(&f.weights, "weights", "", "`file` of weights to begin with (default random ones)")
	fs.StringVar(&f.precision, "precision", string(nn.BF16), "`type` of the passes: float32, bfloat16, or fastest: the faster of them on this CPU")
	fs.IntVar(&f.side, "size", trainedSide, "`cells` of a side of the mazes")
	fs.IntVar(&f.batch, "batch", 64, "mazes that are thought about at a time")
	fs.IntVar(&f.haltSteps, "halt-steps", 16, "supervision `steps` on a maze at most")
	fs.Uint64Var(&f.steps, "steps", 1000, "training `steps` of the whole run, over which the rate falls to nothing")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	fs.Float64Var(&f.rate, "rate", 0.02, "learning `rate` of Muon")
	return f
}

func (p *program) train(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("maze train", flag.ContinueOnError)
	f := newTrainFlags(fs)
	if err := command.Parse(fs, args, 0, trainUsage, p.stdout); err != nil {
		return err
	}
	if err := cmp.Or(f.Check(), f.CheckResumed(fs)); err != nil {
		return err
	}
	r, err := openRun(f)
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Train(ctx, p.stderr)
}

// openRun begins a run, or goes on with the one in the folder.
func openRun(f *trainFlags) (*trainrun.Run, error) {
	s, err := f.settings()
	if err != nil {
		return nil, err
	}
	m, err := trm.New(s.Arch, rand.New(rand.NewPCG(s.Train.Seed, 0)))
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	if f.weights != "" {
		if err := loadWeights(m, f.weights); err != nil {
			return nil, err
		}
	}
	feed, err := newSource(s.Side, s.Train.Seed, forTraining)
	if err != nil {
		return nil, err
	}
	return trainrun.Open(&f.Flags, s, m, feed, s.Train)
}

// settings are those of a run: its config.json.
type settings struct {
	Side  int          `json:"side"` // of the mazes
	Arch  trm.Config   `json:"arch"`
	Train train.Config `json:"train"`
}

// settings returns those of the run in the folder, or of a new one.
func (f *trainFlags) settings() (*settings, error) {
	if f.Resume {
		return trainrun.Settings[settings](f.Out)
	}
	if f.side < leastSide || f.side > mostSide {
		return nil, command.BadInput("train: -size must be %d to %d", leastSide, mostSide)
	}
	precision, err := nn.Precision(f.precision).Resolve()
	if err != nil {
		return nil, command.BadInput("train: -precision: %w", err)
	}
	s := &settings{Side: f.side, Arch: trm.MazeUnits(f.side, f.side), Train: train.Config{
		BatchSize: f.batch, Steps: f.steps,
		Optimizer: train.Muon, MuonLR: f.rate, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: 100, Beta1: 0.9, Beta2: 0.95, PuzzleLR: 1e-3, ClipNorm: 1,
		EMARate: 0.999, EMAWarmup: true, Stagger: true, Linger: 2,
		Precision: precision, Seed: f.seed,
	}}
	s.Arch.HaltMaxSteps = f.haltSteps
	return s, nil
}
