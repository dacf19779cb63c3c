package main

import (
	_ "embed"
	"fmt"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/modelfile"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// trainedSide is that of the mazes which the weights in the program were trained on.
const trainedSide = 13

//go:embed pretrained.safetensors
var embedded []byte

// weights are those of a file, or without a path the ones in the program, from which
// models for mazes of any shape are made if the network allows that.
type weights struct{ *modelfile.File }

func openWeights(path string) (*weights, error) {
	f, err := modelfile.Open(path, embedded)
	if err != nil {
		return nil, err
	}
	return &weights{f}, nil
}

// model makes a model for mazes of a shape.
func (w *weights) model(s maze.Shape) (*nn.Model, error) {
	cfg := w.Config
	if c, ok := cfg.(trm.Config); ok && len(c.Units) > 0 {
		var err error
		if cfg, err = c.WithGrid(s.Height, s.Width); err != nil {
			return nil, w.Refuse(err)
		}
	}
	m, err := w.Read(w.Set, cfg)
	if err != nil {
		return nil, err
	}
	if a := m.Arch(); a.SeqLen != s.Cells() || a.VocabSize != maze.Vocab || a.Inputs != "" {
		return nil, command.BadInput("%s: a model of %d cells and %d tokens, mazes of %v have %d and %d", w.Name, a.SeqLen, a.VocabSize, s, s.Cells(), maze.Vocab)
	}
	return m, nil
}

// loadWeights gives a model of any shape the weights of a file.
func loadWeights(m *nn.Model, path string) error {
	w, err := openWeights(path)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := m.LoadState(w.Set); err != nil {
		return w.Refuse(err)
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
