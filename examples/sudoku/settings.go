package main

import (
	"encoding/json"
	"errors"
	"flag"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// settings are what the result of a training run depends on, and the content
// of config.json.
type settings struct {
	Model    string          `json:"model"`
	Preset   string          `json:"preset"`
	Stage    int             `json:"stage"` // of the preset, from 1
	Arch     json.RawMessage `json:"arch"`
	Weights  string          `json:"weights,omitempty"` // absolute path of what the run began from
	Train    train.Config    `json:"train"`
	Data     []string        `json:"data"`               // absolute paths, or names of files in the folder
	Generate int             `json:"generate,omitempty"` // how many puzzles the run made itself
	Augment  bool            `json:"augment"`
	sudoku.Variety
	Digest string `json:"digest"` // of the puzzles
}

// dataFiles returns the paths of the puzzles of the run in a folder.
func (s *settings) dataFiles(f runFolder) []string {
	var paths []string
	for _, path := range s.Data {
		if !filepath.IsAbs(path) {
			path = f.file(path)
		}
		paths = append(paths, path)
	}
	return paths
}

// dataSeed returns the seed of the order and the copies of the puzzles. It
// differs by stage: one is not to repeat what another began with.
func (s *settings) dataSeed() uint64 { return s.Train.Seed + uint64(s.Stage-1)<<32 }

func readSettings(f runFolder) (*settings, error) {
	return trainrun.Settings[settings](string(f))
}

// settingFlags are the flags that choose settings.
type settingFlags struct {
	set     *flag.FlagSet
	model   string
	preset  string
	stage   int
	weights string
	data    fileList
	// apply has, for the flags that change one setting, what they change.
	apply map[string]func(*settings)
}

func newSettingFlags(set *flag.FlagSet) *settingFlags {
	f := &settingFlags{set: set}
	set.StringVar(&f.model, "model", trm.Kind, "trm or hrm")
	set.StringVar(&f.preset, "preset", "small", "model and training settings")
	set.IntVar(&f.stage, "stage", 0, "train `stage` N of the preset alone (default all, one after the other)")
	set.StringVar(&f.weights, "weights", "", "`file` of weights to begin a new run from")
	set.Var(&f.data, "data", "`path` of puzzles to train on: a CSV file or a data set folder; may be given several times")
	generate := set.Int("generate", 0, "make `N` puzzles to train on, as generate does")
	augment := set.Bool("augment", true, "train on random symmetric copies of the puzzles")
	extra := set.Float64("extra-givens", 0, "`probability` that a puzzle gets more givens, up to a complete grid (default the preset's)")
	wrong := set.Float64("wrong-values", 0, "`probability` that a puzzle gets a wrong value, so that it has no solution, and the model learns not to halt on it (default the preset's)")
	steps := set.Uint64("steps", 0, "optimiser steps of the whole run (default the preset's)")
	batch := set.Int("batch", 0, "puzzles in a batch (default the preset's)")
	rate := set.Float64("lr", 0, "learning rate (default the preset's)")
	precision := set.String("precision", "", "`type` of the passes: float32, bfloat16, or fastest: the faster of them on this CPU (default the preset's)")
	seed := set.Uint64("seed", 0, "seed of all random numbers")
	f.apply = map[string]func(*settings){
		"model":        func(s *settings) { s.Model = f.model },
		"preset":       func(s *settings) { s.Preset = f.preset },
		"stage":        func(s *settings) { s.Stage = f.stage },
		"weights":      func(s *settings) { s.Weights = f.weights },
		"generate":     func(s *settings) { s.Generate = *generate },
		"augment":      func(s *settings) { s.Augment = *augment },
		"extra-givens": func(s *settings) { s.ExtraGivens = *extra },
		"wrong-values": func(s *settings) { s.WrongValues = *wrong },
		"steps":        func(s *settings) { s.Train.Steps = *steps },
		"batch":        func(s *settings) { s.Train.BatchSize = *batch },
		"lr":           func(s *settings) { s.Train.LR = *rate },
		"precision":    func(s *settings) { s.Train.Precision = nn.Precision(*precision) },
		"seed":         func(s *settings) { s.Train.Seed = *seed },
	}
	return f
}

func (f *settingFlags) given(name string) bool { return command.Given(f.set, name) }

// stageFlags change what a preset has for each stage.
var stageFlags = []string{"anneal", "steps", "batch", "lr", "extra-givens", "wrong-values"}

// fresh returns the settings of a new run.
func (f *settingFlags) fresh() (*settings, error) {
	p, n, err := f.startingPoint()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(stageFlags, f.given); i >= 0 && len(p.stages) > 1 && f.stage == 0 {
		return nil, command.BadInput("train: -%s is for one stage of the %d of preset %s: choose it by -stage", stageFlags[i], len(p.stages), p.name)
	}
	s := &settings{Model: p.model, Preset: p.name, Augment: true}
	if err := s.enter(&p, n); err != nil {
		return nil, err
	}
	f.set.Visit(func(given *flag.Flag) {
		if apply, ok := f.apply[given.Name]; ok {
			apply(s)
		}
	})
	if s.Train.Precision, err = s.Train.Precision.Resolve(); err != nil {
		return nil, command.BadInput("train: -precision: %w", err)
	}
	if s.Generate < 0 || (s.Generate > 0) == (len(f.data) > 0) {
		return nil, command.BadInput("train: give the puzzles by either -data PATH or -generate N")
	}
	if err := errors.Join(s.Train.Validate(), s.Variety.Validate()); err != nil {
		return nil, command.AsBadInput(err)
	}
	if s.Weights != "" {
		s.Weights, err = filepath.Abs(s.Weights)
		if err != nil {
			return nil, err
		}
	}
	s.Data, err = f.dataPaths()
	return s, err
}

// enter takes model and training settings from a stage of a preset.
func (s *settings) enter(p *preset, n int) error {
	stage, err := p.stage(n)
	if err != nil {
		return err
	}
	s.Stage, s.Train, s.Variety = n, stage.train, stage.variety
	s.Arch, err = json.Marshal(stage.arch)
	return err
}

// next returns the settings of the stage after the one that the folder holds, or
// nil after the last.
func (s *settings) next(folder runFolder) (*settings, error) {
	p, err := findPreset(s.Model, s.Preset)
	if err != nil || s.Stage == len(p.stages) {
		return nil, err
	}
	next := *s
	if err := next.enter(&p, s.Stage+1); err != nil {
		return nil, err
	}
	next.Train.Seed, next.Train.Precision = s.Train.Seed, s.Train.Precision
	folder, err = folder.abs()
	next.Data, next.Generate = s.dataFiles(folder), 0
	next.Weights = folder.file(trainrun.ModelFile)
	return &next, err
}

// resumed returns the settings of the run in a folder. A flag that says
// otherwise is an error; but -data may name other files, as files move: that
// they hold the same puzzles is for the digest to tell.
func (f *settingFlags) resumed(folder runFolder) (*settings, error) {
	s, err := readSettings(folder)
	if err != nil {
		return nil, err
	}
	var clash []string
	f.set.Visit(func(given *flag.Flag) {
		if given.Name == "precision" && given.Value.String() == string(nn.Fastest) {
			return // the run has settled which that is
		}
		if apply, ok := f.apply[given.Name]; ok {
			other := *s
			if apply(&other); !reflect.DeepEqual(other, *s) {
				clash = append(clash, "-"+given.Name)
			}
		}
	})
	if clash != nil {
		return nil, command.BadInput("train: the run in %s has other settings than %s; to train its weights on with those, begin a new run: sudoku train -weights %s -out ANOTHER ...",
			string(folder), strings.Join(clash, ", "), folder.file(trainrun.ModelFile))
	}
	if len(f.data) > 0 {
		s.Data, err = f.dataPaths()
	}
	return s, err
}

// dataPaths returns the absolute paths of -data, so that a run can be resumed
// from anywhere.
func (f *settingFlags) dataPaths() ([]string, error) {
	var paths []string
	for _, name := range f.data {
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
