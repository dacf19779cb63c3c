package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// embeddedName is what messages call the weights in the program.
const embeddedName = "pretrained.safetensors"

//go:embed pretrained.safetensors
var embedded []byte

// weights are those of a file, or the ones in the program. Nothing of them is read
// until a model is made.
type weights struct {
	name   string
	set    *tensor.Set
	config reread.Config
	digest func() (string, error)
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
	digest := func() (string, error) { return fileDigest(path) }
	return &weights{path, f.Set, cfg, digest, f.Close}, nil
}

// fileDigest returns the SHA-256 of a file.
func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", command.AsBadInput(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
	digest := func() (string, error) { return fmt.Sprintf("%x", sha256.Sum256(embedded)), nil }
	return &weights{embeddedName, f.Set, cfg, digest, func() error { return nil }}, nil
}

// model returns the model with its rows for the identifiers of a set.
func (w *weights) model(set *arc.Set) (*nn.Model, error) {
	if err := w.checkPuzzles(set); err != nil {
		return nil, err
	}
	m, err := reread.Read(w.set, w.config)
	if err != nil {
		return nil, command.BadInput("%s: %w", w.name, err)
	}
	return m, w.check(m, set)
}

// checkPuzzles reports a model that is not for the identifiers of a set.
func (w *weights) checkPuzzles(set *arc.Set) error {
	d, err := w.config.Design()
	if err != nil {
		return command.BadInput("%s: %w", w.name, err)
	}
	if have, want := d.Arch.NumPuzzleIdentifiers, len(set.Identifiers); have != want {
		return command.BadInput("%s: a model of %d puzzle identifiers, the tasks have %d: it was trained on others", w.name, have, want)
	}
	return nil
}

// fresh returns the model with fresh rows for the identifiers of a set.
func (w *weights) fresh(set *arc.Set) (*nn.Model, error) {
	return w.selected(set, nil, len(set.Identifiers))
}

// selected returns the model with its rows of some identifiers, and fresh ones.
func (w *weights) selected(set *arc.Set, ids []int32, fresh int) (*nn.Model, error) {
	rows, err := nn.SelectPuzzles(w.set, ids, fresh)
	if err != nil {
		return nil, command.BadInput("%s: %w", w.name, err)
	}
	m, err := reread.Read(rows, withPuzzles(w.config, len(ids)+fresh))
	if err != nil {
		return nil, command.BadInput("%s: %w", w.name, err)
	}
	return m, w.check(m, set)
}

// check reports a model that is not for the canvas of a set.
func (w *weights) check(m *nn.Model, set *arc.Set) error {
	a := m.Arch()
	if a.SeqLen != set.Canvas.SeqLen() || a.VocabSize != arc.Vocab || a.Inputs != "" {
		return command.BadInput("%s: a model of %d cells and %d tokens, a canvas of side %d has %d and %d",
			w.name, a.SeqLen, a.VocabSize, set.Canvas.Side, set.Canvas.SeqLen(), arc.Vocab)
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
