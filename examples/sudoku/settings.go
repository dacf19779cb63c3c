package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// settings are what the result of a training run depends on, and the content
// of config.json.
type settings struct {
	Model    string          `json:"model"`
	Preset   string          `json:"preset"`
	Arch     json.RawMessage `json:"arch"`
	Train    train.Config    `json:"train"`
	Data     []string        `json:"data"`               // absolute paths
	Generate int             `json:"generate,omitempty"` // how many puzzles the run made itself
	Augment  bool            `json:"augment"`
	Digest   string          `json:"digest"` // of the puzzles
}

// settingFlags are the flags that choose settings.
type settingFlags struct {
	set    *flag.FlagSet
	model  string
	preset string
	data   string
	// apply has, for the other flags, what they change.
	apply map[string]func(*settings)
}

func newSettingFlags(set *flag.FlagSet) *settingFlags {
	f := &settingFlags{set: set}
	set.StringVar(&f.model, "model", trm.Kind, "trm or hrm")
	set.StringVar(&f.preset, "preset", "small", "model and training settings")
	set.StringVar(&f.data, "data", "", "CSV `files` of puzzles to train on, separated by commas")
	generate := set.Int("generate", 0, "make `N` puzzles of several levels to train on")
	augment := set.Bool("augment", true, "train on random symmetric copies of the puzzles")
	steps := set.Uint64("steps", 0, "optimiser steps of the whole run (default the preset's)")
	batch := set.Int("batch", 0, "puzzles in a batch (default the preset's)")
	rate := set.Float64("lr", 0, "learning rate (default the preset's)")
	precision := set.String("precision", "", "`type` of the passes: float32, or bfloat16, faster on CPUs that have it (default the preset's)")
	seed := set.Uint64("seed", 0, "seed of all random numbers")
	f.apply = map[string]func(*settings){
		"model":     func(s *settings) { s.Model = f.model },
		"preset":    func(s *settings) { s.Preset = f.preset },
		"generate":  func(s *settings) { s.Generate = *generate },
		"augment":   func(s *settings) { s.Augment = *augment },
		"steps":     func(s *settings) { s.Train.Steps = *steps },
		"batch":     func(s *settings) { s.Train.BatchSize = *batch },
		"lr":        func(s *settings) { s.Train.LR = *rate },
		"precision": func(s *settings) { s.Train.Precision = nn.Precision(*precision) },
		"seed":      func(s *settings) { s.Train.Seed = *seed },
	}
	return f
}

// fresh returns the settings of a new run.
func (f *settingFlags) fresh() (*settings, error) {
	p, err := findPreset(f.model, f.preset)
	if err != nil {
		return nil, err
	}
	arch, err := json.Marshal(p.arch)
	if err != nil {
		return nil, err
	}
	s := &settings{Model: p.model, Preset: p.name, Arch: arch, Train: p.train, Augment: true}
	f.set.Visit(func(given *flag.Flag) {
		if apply, ok := f.apply[given.Name]; ok {
			apply(s)
		}
	})
	if s.Generate < 0 || (s.Generate > 0) == (f.data != "") {
		return nil, badInput("train: give the puzzles by either -data FILE or -generate N")
	}
	if err := s.Train.Validate(); err != nil {
		return nil, &inputError{err}
	}
	s.Data, err = f.dataFiles()
	return s, err
}

// resumed returns the settings of the run in a folder. A flag that says
// otherwise is an error; but -data may name other files, as files move: that
// they hold the same puzzles is for the digest to tell.
func (f *settingFlags) resumed(folder string) (*settings, error) {
	path := filepath.Join(folder, configFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &inputError{err}
	}
	s := new(settings)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, badInput("%s: %w", path, err)
	}
	var clash []string
	f.set.Visit(func(given *flag.Flag) {
		if apply, ok := f.apply[given.Name]; ok {
			other := *s
			if apply(&other); !reflect.DeepEqual(other, *s) {
				clash = append(clash, "-"+given.Name)
			}
		}
	})
	if clash != nil {
		return nil, badInput("train: the run in %s has other settings than %s", folder, strings.Join(clash, ", "))
	}
	if f.data != "" {
		s.Data, err = f.dataFiles()
	}
	return s, err
}

// dataFiles returns the absolute paths of -data, so that a run can be resumed
// from anywhere.
func (f *settingFlags) dataFiles() ([]string, error) {
	var paths []string
	for name := range strings.SplitSeq(f.data, ",") {
		if name == "" {
			continue
		}
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// save writes config.json.
func (s *settings) save(folder string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, configFile), append(text, '\n'), 0o666); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}
