package main

import (
	"math/rand/v2"
	"reflect"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// preset is a kind of model and how to train it.
type preset struct {
	kind  string
	model reread.Config
	train train.Config
}

// presets are the two models, alike in all but the recursion, and that one network
// does for TRM what two do for HRM.
var presets = []preset{
	{hrm.Kind, hrm.Config{Arch: arch()}, training()},
	{trm.Kind, trm.Config{Arch: arch()}, training()},
}

// arch is for a world of rows and columns: one head sees the row of a cell, one its
// column and two everything. Rotary positions tell the heads which neighbour is
// where, alike in all of the world.
func arch() nn.Arch {
	return nn.Arch{
		SeqLen: world.Cells, VocabSize: world.Vocab,
		HiddenSize: 64, Expansion: 4, IntermediateSize: 128, NumHeads: 4, HLayers: 2, LLayers: 2,
		HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE, HeadGroups: []string{"row", "column", "all", "all"},
		HaltMaxSteps: 4, HaltExplorationProb: 0.1, LossType: nn.LossSoftmax,
	}
}

func training() train.Config {
	return train.Config{
		BatchSize: 64, Steps: 2000, Precision: nn.BF16,
		Optimizer: train.Muon, MuonLR: 0.02, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 2e-3, WarmupSteps: 50, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		EMARate: 0.995, EMAWarmup: true, Stagger: true, Linger: 1, Seed: 1,
	}
}

// findPreset returns the preset of a kind of models.
func findPreset(kind string) (preset, error) {
	for _, p := range presets {
		if p.kind == kind {
			return p, nil
		}
	}
	return preset{}, command.BadInput("unknown model %q, want %s or %s", kind, hrm.Kind, trm.Kind)
}

// start returns the model to train: with the weights in a file, or else fresh ones.
func (p *preset) start(path string) (*nn.Model, error) {
	if path == "" {
		return p.fresh()
	}
	m, err := load(p.kind, path)
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(m.Config(), p.model) {
		return nil, command.BadInput("%s: its model is not that of the preset %s", path, p.kind)
	}
	return m, nil
}

// fresh returns the preset's model with weights that are drawn from the seed of its
// training.
func (p *preset) fresh() (*nn.Model, error) {
	d, err := p.model.Design()
	if err != nil {
		return nil, err
	}
	return nn.New(d, rand.New(rand.NewPCG(p.train.Seed, 0)))
}
