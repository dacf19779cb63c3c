package main

import (
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// The models that train makes.
const (
	presetSmall     = "small"
	presetPublished = "trm"
)

// presetConfig returns the configuration of a preset for rows of a set.
func presetConfig(name string, set *arc.Set) (reread.Config, error) {
	var c trm.Config
	switch name {
	case presetSmall:
		c = small()
	case presetPublished:
		c = trm.ARC(0)
	default:
		return nil, command.BadInput("train: unknown preset %q, want %s or %s", name, presetSmall, presetPublished)
	}
	c.SeqLen, c.NumPuzzleIdentifiers = set.Canvas.SeqLen(), len(set.Identifiers)
	return c, nil
}

// small is a TRM with attention for small canvases: two of its heads see a row or a
// column alone, two see everything.
func small() trm.Config {
	return trm.Config{Arch: nn.Arch{
		VocabSize: arc.Vocab, PuzzleEmbNDim: 64, PuzzleEmbLen: 1,
		HiddenSize: 64, Expansion: 4, IntermediateSize: 128, NumHeads: 4, LLayers: 2,
		HeadGroups: []string{"row", "column", "all", "all"},
		HCycles:    1, LCycles: 2,
		PosEncodings: nn.PosLearned, LossType: nn.LossSoftmax,
		HaltMaxSteps: 4, HaltExplorationProb: 0.1,
	}}
}

// model returns the model that a run begins with.
func (f *trainFlags) model(set *arc.Set) (*nn.Model, error) {
	if f.weights == "" {
		cfg, err := presetConfig(f.preset, set)
		if err != nil {
			return nil, err
		}
		return newModel(cfg, f.seed)
	}
	w, err := openWeights(f.weights)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	if f.keepRows {
		return w.model(set)
	}
	return w.fresh(set)
}

// newModel returns a model with weights drawn anew.
func newModel(cfg reread.Config, seed uint64) (*nn.Model, error) {
	d, err := cfg.Design()
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	m, err := nn.New(d, rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	return m, nil
}
