package main

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// trainedSide is that of the mazes which the weights in the program were trained on.
const trainedSide = 13

// embeddedName is what messages call the weights in the program.
const embeddedName = "pretrained.safetensors"

//go:embed pretrained.safetensors
var embedded []byte

// weights are those of a file, from which models for mazes of any shape are made if
// the network allows that.
type weights struct {
	name   string
	from   tensor.Source
	config reread.Config
	close  func() error
}

// openWeights opens a file, or what is in the program without one.
func openWeights(path string) (*weights, error) {
	if path == "" {
		return openEmbedded()
	}
	f, err := reread.Open(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	cfg, err := f.Config()
	if err != nil {
		f.Close()
		return nil, command.BadInput("%s: %w", path, err)
	}
	return &weights{path, f, cfg, f.Close}, nil
}

func openEmbedded() (*weights, error) {
	f, err := safetensors.NewFile(bytes.NewReader(embedded), int64(len(embedded)), embeddedName)
	if err != nil {
		return nil, err
	}
	cfg, err := reread.ParseConfig(nn.FileModel(f))
	if err != nil {
		return nil, err
	}
	return &weights{embeddedName, f, cfg, func() error { return nil }}, nil
}

// model makes a model for mazes of a shape.
func (w *weights) model(s maze.Shape) (*nn.Model, error) {
	cfg := w.config
	if c, ok := cfg.(trm.Config); ok && len(c.Units) > 0 {
		var err error
		if cfg, err = c.WithGrid(s.Height, s.Width); err != nil {
			return nil, command.BadInput("%s: %w", w.name, err)
		}
	}
	m, err := reread.Read(w.from, cfg)
	if err != nil {
		return nil, command.BadInput("%s: %w", w.name, err)
	}
	if a := m.Arch(); a.SeqLen != s.Cells() || a.VocabSize != maze.Vocab || a.Inputs != "" {
		return nil, command.BadInput("%s: a model of %d cells and %d tokens, mazes of %v have %d and %d", w.name, a.SeqLen, a.VocabSize, s, s.Cells(), maze.Vocab)
	}
	return m, nil
}

// loadWeights gives a model of any shape the weights of a file.
func loadWeights(m *nn.Model, path string) error {
	w, err := openWeights(path)
	if err != nil {
		return err
	}
	defer w.close()
	if err := m.LoadState(w.from); err != nil {
		return command.BadInput("%s: %w", path, err)
	}
	return nil
}

// modelAt is model for passes at a precision.
func (w *weights) modelAt(s maze.Shape, precision string) (*nn.Model, error) {
	m, err := w.model(s)
	if err != nil {
		return nil, err
	}
	if err := m.Pack(nn.Precision(precision), false); err != nil {
		return nil, fmt.Errorf("-precision: %w", command.AsBadInput(err))
	}
	return m, nil
}
