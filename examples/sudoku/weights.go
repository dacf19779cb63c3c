package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/trm"
)

// modelFlags choose a model.
type modelFlags struct {
	weights       string
	model, preset string // of weights that do not say what they are
	compared      bool   // with weights in another file, which those two may be for
	boxes         boxesFlag
}

func newModelFlags(fs *flag.FlagSet) *modelFlags {
	f := new(modelFlags)
	fs.StringVar(&f.weights, "weights", "", "`file` of the model (default the one in this program)")
	fs.StringVar(&f.preset, "preset", "", "`name` of the configuration of weights that do not say theirs, such as published ones; as for train")
	fs.StringVar(&f.model, "model", "", "`kind` of model that -preset is of: trm or hrm (default trm)")
	return f
}

// name returns the name of the weights in messages.
func (f *modelFlags) name() string { return cmp.Or(f.weights, pretrained.Name) }

// load reads the model.
func (f *modelFlags) load() (*nn.Model, error) {
	preset, err := f.config()
	if err != nil {
		return nil, err
	}
	if f.weights == "" {
		file, err := pretrained.Open()
		if err != nil {
			return nil, err
		}
		return f.read(file, nil)
	}
	file, err := reread.Open(f.weights)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	defer file.Close()
	cfg, err := configOf(file, preset)
	if err != nil {
		return nil, f.refused(err)
	}
	return f.read(file, cfg)
}

// read reads a model for boxes of the size that the flags say.
func (f *modelFlags) read(from tensor.Source, cfg reread.Config) (*nn.Model, error) {
	m, err := readModel(from, cfg)
	if err == nil && f.size() != nine {
		m, err = resize(from, m, f.size())
	}
	if err != nil {
		return nil, f.refused(err)
	}
	return m, nil
}

// refused is an error about the weights.
func (f *modelFlags) refused(err error) error {
	if errors.Is(err, reread.ErrNoConfig) {
		err = fmt.Errorf("%w; if it is one of the published models, say which by -preset", err)
	}
	return command.BadInput("%s: %w", f.name(), err)
}

// config returns the configuration that the flags name, or nil.
func (f *modelFlags) config() (reread.Config, error) {
	if f.preset != "" {
		if f.weights == "" && !f.compared {
			return nil, command.BadInput("-preset says what the file of -weights holds, which is missing")
		}
		p, err := findPreset(cmp.Or(f.model, trm.Kind), f.preset)
		if err != nil {
			return nil, err
		}
		return p.stages[len(p.stages)-1].arch, nil
	}
	if f.model != "" {
		return nil, command.BadInput("-model says what kind of model -preset is of, which is missing")
	}
	return nil, nil
}

// configOf returns the configuration of the model in a file: its own, or else the
// preset, unless that is nil.
func configOf(f *reread.File, preset reread.Config) (reread.Config, error) {
	if kind, _ := nn.FileModel(f); kind == "" && preset != nil {
		return preset, nil
	}
	return f.Config()
}

// readModel reads a model of Sudokus of 9 x 9 cells.
func readModel(from tensor.Source, cfg reread.Config) (*nn.Model, error) {
	m, err := reread.Read(from, cfg)
	if err != nil {
		return nil, err
	}
	return m, forSudoku(m)
}

// forSudoku reports a model that cannot be given the tokens of a grid.
func forSudoku(m *nn.Model) error {
	switch a := m.Arch(); {
	case a.SeqLen != sudoku.Cells || a.VocabSize != sudoku.Vocab:
		return fmt.Errorf("a model of %d cells and %d tokens is not for Sudokus", a.SeqLen, a.VocabSize)
	case a.Inputs == nn.InputSets:
		return errors.New("a model whose inputs are sets of tokens, which this program does not make")
	}
	return nil
}

const precisionUsage = "`type` of the passes: float32, bfloat16, int8, or fastest, which is float32 or bfloat16"

func newPrecisionFlag(fs *flag.FlagSet) *string {
	return fs.String("precision", string(nn.FP32), precisionUsage)
}

// loadAt is load for passes at a precision.
func (p *program) loadAt(f *modelFlags, precision string) (*nn.Model, error) {
	m, err := f.load()
	if err != nil {
		return nil, err
	}
	if err := m.Pack(nn.Precision(precision), false); err != nil {
		return nil, command.AsBadInput(err)
	}
	if nn.Precision(precision) == nn.Fastest {
		fmt.Fprintf(p.stderr, "the fastest precision here is %s\n", m.Precision())
	}
	return m, nil
}
