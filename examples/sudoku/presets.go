package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// preset is a model with the settings to train it.
type preset struct {
	model, name string
	arch        any // trm.Config or hrm.Config
	train       train.Config
}

var presets = []preset{
	{trm.Kind, "small", trm.SudokuSmall(), train.Laptop()},
	{trm.Kind, "mlp", trm.SudokuMLP(), train.Published()},
	{trm.Kind, "attention", trm.SudokuAttention(), train.Published()},
	{hrm.Kind, "small", hrm.SudokuSmall(), train.Laptop()},
	{hrm.Kind, "sudoku", hrm.Sudoku(), publishedHRM()},
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
	cfg, err := parseArch(kind, arch)
	if err != nil {
		return nil, err
	}
	if cfg, ok := cfg.(trm.Config); ok {
		return trm.New(cfg, rng)
	}
	return hrm.New(cfg.(hrm.Config), rng)
}

// parseArch reads the configuration of a kind of model.
func parseArch(kind string, arch []byte) (any, error) {
	switch kind {
	case trm.Kind:
		var cfg trm.Config
		err := json.Unmarshal(arch, &cfg)
		return cfg, err
	case hrm.Kind:
		var cfg hrm.Config
		err := json.Unmarshal(arch, &cfg)
		return cfg, err
	}
	return nil, fmt.Errorf("unknown model %q", kind)
}
