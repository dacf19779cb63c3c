package main

import (
	"encoding/json"
	"path/filepath"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

// settings are those of a run: its config.json.
type settings struct {
	Source source          `json:"source"`
	Kind   string          `json:"model"`
	Arch   json.RawMessage `json:"arch"`
	Train  train.Config    `json:"train"`
}

// settings returns those of the run in the folder, or of a new one, without its model.
func (f *trainFlags) settings() (*settings, error) {
	if f.Resume {
		return trainrun.Settings[settings](f.Out)
	}
	precision, err := nn.Precision(f.precision).Resolve()
	if err != nil {
		return nil, command.BadInput("train: -precision: %w", err)
	}
	s := &settings{Source: f.source, Train: f.trainConfig(precision)}
	if s.Source.Data == "" {
		return s, nil
	}
	s.Source.Data, err = filepath.Abs(s.Source.Data)
	return s, err
}

// trainConfig returns the settings of training.
func (f *trainFlags) trainConfig(p nn.Precision) train.Config {
	return train.Config{
		BatchSize: f.batch, Steps: f.steps,
		Optimizer: train.Muon, MuonLR: f.rate, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: min(100, f.steps/10), Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		PuzzleLR: f.rowRate, PuzzleWeightDecay: f.rowDecay,
		EMARate: 0.999, EMAWarmup: true, Stagger: true,
		FreezeWeights: f.rowsOnly,
		Precision:     p, Seed: f.seed,
	}
}

// startModel returns the model of the run in the folder, whose weights are in the
// checkpoint, or that of a new one, which the settings are told.
func (s *settings) startModel(f *trainFlags, set *arc.Set) (*nn.Model, error) {
	if f.Resume {
		cfg, err := reread.ParseConfig(s.Kind, s.Arch)
		if err != nil {
			return nil, command.BadInput("train: %w", err)
		}
		return newModel(cfg, 0)
	}
	m, err := f.model(set)
	if err != nil {
		return nil, err
	}
	s.Kind = m.Kind()
	s.Arch, err = json.Marshal(m.Config())
	return m, err
}
