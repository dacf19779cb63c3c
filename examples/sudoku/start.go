package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// startingPoint returns the preset that the flags choose. With -weights the
// model is that of the file; the preset is the one that is given, or that has
// this model, or else small, which then is for the training settings only.
func (f *settingFlags) startingPoint() (preset, error) {
	if f.weights == "" {
		return findPreset(f.model, f.preset)
	}
	kind, arch, err := weightsModel(f.weights)
	if err != nil {
		return preset{}, err
	}
	if kind == "" { // the file does not say: it must fit
		return findPreset(f.model, f.preset)
	}
	if f.given("model") && f.model != kind {
		return preset{}, badInput("%s: the model is a %s, not a %s", f.weights, kind, f.model)
	}
	if !f.given("preset") {
		return presetWith(kind, arch)
	}
	p, err := findPreset(kind, f.preset)
	if err != nil {
		return preset{}, err
	}
	if want, err := json.Marshal(p.arch); err != nil || !bytes.Equal(want, arch) {
		return preset{}, badInput("%s: the configuration %s is not that of preset %s, %s", f.weights, arch, f.preset, want)
	}
	return p, nil
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

// presetWith returns the preset with a model, or else small with that model.
func presetWith(kind string, arch []byte) (preset, error) {
	for _, p := range presets {
		text, err := json.Marshal(p.arch)
		if err != nil {
			return preset{}, err
		}
		if p.model == kind && bytes.Equal(text, arch) {
			return p, nil
		}
	}
	p, err := findPreset(kind, "small")
	if err != nil {
		return p, err
	}
	p.arch, err = reread.ParseConfig(kind, arch)
	return p, err
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
