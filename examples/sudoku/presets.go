package main

import (
	"math/rand/v2"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// preset is a model with the settings to train it.
type preset struct {
	model, name string
	arch        reread.Config
	train       train.Config
}

var presets = []preset{
	{trm.Kind, "small", trm.SudokuSmall(), train.Laptop()},
	{trm.Kind, "units", trm.SudokuUnits(), unitsTraining()},
	{trm.Kind, "mlp", trm.SudokuMLP(), train.Published()},
	{trm.Kind, "attention", trm.SudokuAttention(), train.Published()},
	{hrm.Kind, "small", hrm.SudokuSmall(), train.Laptop()},
	{hrm.Kind, "sudoku", hrm.Sudoku(), publishedHRM()},
}

// unitsTraining returns the settings of the preset units: Muon on the matrices,
// at a rate that falls to nothing, over 1.5 million puzzle-steps.
func unitsTraining() train.Config {
	return train.Config{
		BatchSize: 64, Steps: 23500,
		Optimizer: train.Muon, MuonLR: 0.02, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: 100, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		EMARate: 0.999, EMAWarmup: true, Stagger: true, Linger: 2,
	}
}

// publishedHRM returns the settings of the published HRM run on 1000 puzzles.
func publishedHRM() train.Config {
	c := train.Published()
	c.BatchSize, c.Steps = 384, 52083
	c.LR, c.PuzzleLR = 7e-5, 7e-5
	c.EMARate = 0
	return c
}

func findPreset(model, name string) (preset, error) {
	var names []string
	for _, p := range presets {
		if p.model != model {
			continue
		}
		if p.name == name {
			return p, nil
		}
		names = append(names, p.name)
	}
	if names == nil {
		return preset{}, badInput("unknown model %q, want %s or %s", model, trm.Kind, hrm.Kind)
	}
	return preset{}, badInput("model %s has no preset %q, only %s", model, name, strings.Join(names, ", "))
}

// newModel makes a model of a kind from the JSON form of its configuration.
func newModel(kind string, arch []byte, rng *rand.Rand) (*nn.Model, error) {
	cfg, err := reread.ParseConfig(kind, arch)
	if err != nil {
		return nil, err
	}
	d, err := cfg.Design()
	if err != nil {
		return nil, err
	}
	return nn.New(d, rng)
}
