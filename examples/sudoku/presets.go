package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// preset is a kind of model with what it takes to train it: one stage or more,
// each of which goes on with the weights of the one before.
type preset struct {
	model, name string
	stages      []stage
}

// stage is a part of a training run: settings, and a model that differs from
// those of the other stages in nothing but its cycles and its noise.
type stage struct {
	arch    reread.Config
	train   train.Config
	variety sudoku.Variety // of the puzzles
}

var presets = []preset{
	{trm.Kind, "small", alone(trm.SudokuSmall(), train.Laptop())},
	{trm.Kind, "units", unitsStages()},
	{trm.Kind, "mlp", alone(trm.SudokuMLP(), train.Published())},
	{trm.Kind, "attention", alone(trm.SudokuAttention(), train.Published())},
	{hrm.Kind, "small", alone(hrm.SudokuSmall(), train.Laptop())},
	{hrm.Kind, "sudoku", alone(hrm.Sudoku(), publishedHRM())},
}

func alone(arch reread.Config, c train.Config) []stage { return []stage{{arch: arch, train: c}} }

// unitsStages trains by Muon at rates that fall to nothing in each stage: first
// a shallow model, which learns most for its cost, then a deeper one with noise in
// its states, which goes further, also on puzzles that are not like those of the
// files, so that it knows what to do with them.
func unitsStages() []stage {
	shallow, deep := trm.SudokuUnits(), trm.SudokuUnits()
	shallow.HCycles, shallow.LCycles = 1, 2
	deep.HCycles, deep.LCycles = 2, 4
	deep.StateNoise, deep.Hypotheses = 0.5, 0.5
	return []stage{
		{arch: shallow, train: unitsTraining(64, 2500, 0.02)},
		{arch: deep, train: unitsTraining(128, 2600, 0.01), variety: sudoku.Variety{ExtraGivens: 0.04, WrongValues: 0.04}},
	}
}

func unitsTraining(batch int, steps uint64, rate float64) train.Config {
	return train.Config{
		BatchSize: batch, Steps: steps,
		Optimizer: train.Muon, MuonLR: rate, MuonMomentum: 0.9, MuonDecay: 1e-4,
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
		return preset{}, command.BadInput("unknown model %q, want %s or %s", model, trm.Kind, hrm.Kind)
	}
	return preset{}, command.BadInput("model %s has no preset %q, only %s", model, name, strings.Join(names, ", "))
}

// stage returns a stage of the preset, counted from 1.
func (p *preset) stage(n int) (stage, error) {
	if n < 1 || n > len(p.stages) {
		return stage{}, command.BadInput("train: preset %s has no stage %d, only 1 to %d", p.name, n, len(p.stages))
	}
	return p.stages[n-1], nil
}

// stageWith returns which stage has a model of that JSON form, or 0.
func (p *preset) stageWith(arch []byte) (int, error) {
	for i, s := range p.stages {
		text, err := json.Marshal(s.arch)
		if err != nil {
			return 0, err
		}
		if bytes.Equal(text, arch) {
			return i + 1, nil
		}
	}
	return 0, nil
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
