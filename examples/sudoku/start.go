package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
)

// startingPoint returns the preset that the flags choose, and the stage to begin
// with. With -weights the model is that of the file; the preset is the one that
// is given, or that has this model, or else small, which then is for the
// training settings only.
func (f *settingFlags) startingPoint() (p preset, n int, err error) {
	n = cmp.Or(f.stage, 1)
	var kind string
	var arch []byte
	if f.weights != "" {
		if kind, arch, err = weightsModel(f.weights, f.given("preset")); err != nil {
			return p, n, err
		}
	}
	if kind == "" { // the file, if there is one, does not say: it must fit
		p, err = findPreset(f.model, f.preset)
		return p, n, err
	}
	if f.given("model") && f.model != kind {
		return p, n, command.BadInput("%s: the model is a %s, not a %s", f.weights, kind, f.model)
	}
	if !f.given("preset") {
		p, n, err = presetWith(kind, arch)
		return p, cmp.Or(f.stage, n), err
	}
	if p, err = findPreset(kind, f.preset); err != nil {
		return p, n, err
	}
	with, err := p.stageWith(arch)
	if err == nil && with == 0 {
		err = command.BadInput("%s: the configuration %s is not that of preset %s", f.weights, arch, f.preset)
	}
	return p, n, err
}

// weightsModel returns the kind of model in a weights file and the JSON form of
// its configuration, or nothing if the file does not say. Where no preset is given,
// the settings of the run that are beside the file may say it as well.
func weightsModel(path string, givenPreset bool) (kind string, arch []byte, err error) {
	f, err := reread.Open(path)
	if err != nil {
		return "", nil, command.AsBadInput(err)
	}
	defer f.Close()
	if kind, _ := nn.FileModel(f); kind == "" && givenPreset {
		return "", nil, nil
	}
	kind, arch, err = fileModel(f)
	if errors.Is(err, reread.ErrNoConfig) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, command.BadInput("%s: %w", path, err)
	}
	return kind, arch, nil
}

// fileModel returns the kind of model in a file and the JSON form of its
// configuration, which may be beside it.
func fileModel(f *reread.File) (kind string, arch []byte, err error) {
	cfg, err := f.Config()
	if err != nil {
		return "", nil, err
	}
	d, err := cfg.Design()
	if err != nil {
		return "", nil, err
	}
	arch, err = json.Marshal(cfg)
	return d.Kind, arch, err
}

// presetWith returns the preset and its stage with a model, or else small with
// that model.
func presetWith(kind string, arch []byte) (preset, int, error) {
	for _, p := range presets {
		if p.model != kind {
			continue
		}
		if n, err := p.stageWith(arch); err != nil || n > 0 {
			return p, n, err
		}
	}
	p, err := findPreset(kind, "small")
	if err != nil {
		return p, 1, err
	}
	cfg, err := reread.ParseConfig(kind, arch)
	p.stages = alone(cfg, p.stages[0].train)
	return p, 1, err
}

// startModel returns the model that a new run begins with.
func startModel(s *settings) (*nn.Model, error) {
	m, err := newModel(s.Model, s.Arch, rand.New(rand.NewPCG(s.Train.Seed, 0)))
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	if s.Weights == "" {
		return m, nil
	}
	f, err := reread.Open(s.Weights)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	defer f.Close()
	if err := m.LoadState(f); err != nil {
		return nil, command.BadInput("%s: %w", s.Weights, err)
	}
	if err := forSudoku(m); err != nil {
		return nil, command.BadInput("%s: %w", s.Weights, err)
	}
	return m, nil
}
