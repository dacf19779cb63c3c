package main

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// smallWeights is what train's preset small makes, as model.safetensors.
//
//go:embed small.safetensors
var smallWeights []byte

// loadModel reads a model from a file, or the one that comes with the program
// if path is empty.
func loadModel(path string) (*nn.Model, error) {
	if path == "" {
		f, err := safetensors.NewFile(bytes.NewReader(smallWeights), int64(len(smallWeights)), "small.safetensors")
		if err != nil {
			return nil, err
		}
		return readModel(f)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, &inputError{err}
	}
	defer f.Close()
	m, err := readModel(f)
	if err != nil {
		return nil, badInput("%s: %w", path, err)
	}
	return m, nil
}

const precisionUsage = "`type` of the passes: float32, or bfloat16 or int8, faster on CPUs that have them"

// loadModelAt is loadModel for passes at a precision.
func loadModelAt(path, precision string) (*nn.Model, error) {
	p := nn.Precision(precision)
	if err := p.Validate(); err != nil {
		return nil, &inputError{err}
	}
	m, err := loadModel(path)
	if err != nil {
		return nil, err
	}
	m.Pack(p, false)
	return m, nil
}

func readModel(f *safetensors.File) (*nn.Model, error) {
	kind, _, err := nn.FileModel(f)
	if err != nil {
		return nil, err
	}
	var m *nn.Model
	switch kind {
	case trm.Kind:
		m, err = trm.Read(f)
	case hrm.Kind:
		m, err = hrm.Read(f)
	default:
		err = fmt.Errorf("unknown model %q", kind)
	}
	if err != nil {
		return nil, err
	}
	return m, forSudoku(m)
}

// forSudoku reports a model of other puzzles.
func forSudoku(m *nn.Model) error {
	if a := m.Spec(); a.SeqLen != sudoku.Cells || a.VocabSize != sudoku.Vocab {
		return fmt.Errorf("a model of %d cells and %d tokens is not for Sudokus", a.SeqLen, a.VocabSize)
	}
	return nil
}
