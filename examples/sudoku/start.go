package main

import (
	"cmp"
	"encoding/json"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
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
		if kind, arch, err = weightsModel(f.weights); err != nil {
			return p, n, err
		}
	}
	if kind == "" { // the file, if there is one, does not say: it must fit
		p, err = findPreset(f.model, f.preset)
		return p, n, err
	}
	if f.given("model") && f.model != kind {
		return p, n, badInput("%s: the model is a %s, not a %s", f.weights, kind, f.model)
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
		err = badInput("%s: the configuration %s is not that of preset %s", f.weights, arch, f.preset)
	}
	return p, n, err
}

// weightsModel returns the kind of model in a weights file and the JSON form
// of its configuration, or nothing if the file does not say.
func weightsModel(path string) (kind string, arch []byte, err error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return "", nil, &inputError{err}
	}
	defer f.Close()
	kind, text := nn.FileModel(f)
	if kind == "" {
		return "", nil, nil
	}
	cfg, err := reread.ParseConfig(kind, text)
	if err != nil {
		return "", nil, badInput("%s: %w", path, err)
	}
	arch, err = json.Marshal(cfg)
	return kind, arch, err
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
		return nil, &inputError{err}
	}
	if s.Weights == "" {
		return m, nil
	}
	f, err := safetensors.Open(s.Weights)
	if err != nil {
		return nil, &inputError{err}
	}
	defer f.Close()
	if err := m.LoadState(f); err != nil {
		return nil, badInput("%s: %w", s.Weights, err)
	}
	if err := forSudoku(m); err != nil {
		return nil, badInput("%s: %w", s.Weights, err)
	}
	return m, nil
}
