package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// preset is a model with the settings of its inner steps.
type preset struct {
	arch    trm.Config
	train   train.Config
	augment bool
}

// presets are the beginnings of those of examples/sudoku, without the averaging over
// steps, the place of which the outer step takes.
var presets = map[string]preset{
	"units": {
		arch: trm.SudokuUnits(),
		train: train.Config{
			BatchSize: 64, Optimizer: train.Muon, MuonLR: 0.02, MuonMomentum: 0.9, MuonDecay: 1e-4,
			LR: 1e-3, WarmupSteps: 100, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1, Stagger: true, Linger: 2,
		},
	},
	"small": {arch: trm.SudokuSmall(), train: withoutAverage(train.Laptop()), augment: true},
}

func withoutAverage(c train.Config) train.Config {
	c.EMARate, c.EMAWarmup = 0, false
	return c
}

func findPreset(name string) (preset, error) {
	p, ok := presets[name]
	if !ok {
		return p, fmt.Errorf("train: there is no preset %q, only units and small", name)
	}
	return p, nil
}

// start returns the model that a run begins with: that of the weights, or else a new
// one of the preset.
func (p *preset) start(weights string, seed uint64) (*nn.Model, error) {
	if weights != "" {
		return reread.Load(weights)
	}
	return trm.New(p.arch, rand.New(rand.NewPCG(seed, 0)))
}
