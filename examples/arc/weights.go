package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/modelfile"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

//go:embed pretrained.safetensors
var embedded []byte

// weights are those of a file, or without a path the ones in the program.
type weights struct {
	*modelfile.File
	path string
}

func openWeights(path string) (*weights, error) {
	f, err := modelfile.Open(path, embedded)
	if err != nil {
		return nil, err
	}
	return &weights{f, path}, nil
}

// digest returns the SHA-256 of the file.
func (w *weights) digest() (string, error) {
	if w.path == "" {
		return fmt.Sprintf("%x", sha256.Sum256(embedded)), nil
	}
	f, err := os.Open(w.path)
	if err != nil {
		return "", command.AsBadInput(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("%s: %w", w.path, err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// model returns the model with its rows for the identifiers of a set.
func (w *weights) model(set *arc.Set) (*nn.Model, error) {
	if err := w.checkPuzzles(set); err != nil {
		return nil, err
	}
	m, err := w.Read(w.Set, w.Config)
	if err != nil {
		return nil, err
	}
	return m, w.check(m, set)
}

// checkPuzzles reports a model that is not for the identifiers of a set.
func (w *weights) checkPuzzles(set *arc.Set) error {
	d, err := w.Config.Design()
	if err != nil {
		return w.Refuse(err)
	}
	if have, want := d.Arch.NumPuzzleIdentifiers, len(set.Identifiers); have != want {
		return command.BadInput("%s: a model of %d puzzle identifiers, the tasks have %d: it was trained on others", w.Name, have, want)
	}
	return nil
}

// fresh returns the model with fresh rows for the identifiers of a set.
func (w *weights) fresh(set *arc.Set) (*nn.Model, error) {
	return w.selected(set, nil, len(set.Identifiers))
}

// selected returns the model with its rows of some identifiers, and fresh ones.
func (w *weights) selected(set *arc.Set, ids []int32, fresh int) (*nn.Model, error) {
	rows, err := nn.SelectPuzzles(w.Set, ids, fresh)
	if err != nil {
		return nil, w.Refuse(err)
	}
	m, err := w.Read(rows, withPuzzles(w.Config, len(ids)+fresh))
	if err != nil {
		return nil, err
	}
	return m, w.check(m, set)
}

// check reports a model that is not for the canvas of a set.
func (w *weights) check(m *nn.Model, set *arc.Set) error {
	a := m.Arch()
	if a.SeqLen != set.Canvas.SeqLen() || a.VocabSize != arc.Vocab || a.Inputs != "" {
		return command.BadInput("%s: a model of %d cells and %d tokens, a canvas of side %d has %d and %d",
			w.Name, a.SeqLen, a.VocabSize, set.Canvas.Side, set.Canvas.SeqLen(), arc.Vocab)
	}
	return nil
}

// withPuzzles returns the configuration of the same model with so many rows in its
// puzzle embedding.
func withPuzzles(cfg reread.Config, n int) reread.Config {
	switch c := cfg.(type) {
	case trm.Config:
		c.NumPuzzleIdentifiers = n
		return c
	case hrm.Config:
		c.NumPuzzleIdentifiers = n
		return c
	}
	return cfg
}
