package main

import (
	"fmt"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/pretrained"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
)

// load returns the model in a file, or that of a kind that comes with the program
// where there is no path.
func load(kind, path string) (*nn.Model, error) {
	if path == "" {
		if _, err := findPreset(kind); err != nil {
			return nil, err
		}
		return pretrained.Load(kind)
	}
	m, err := reread.Load(path)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	if err := checkModel(m); err != nil {
		return nil, command.BadInput("%s: %w", path, err)
	}
	return m, nil
}

// checkModel reports a model that is for something else.
func checkModel(m *nn.Model) error {
	if a := m.Arch(); a.SeqLen != world.Cells || a.VocabSize != world.Vocab {
		return fmt.Errorf("a model of %d cells and %d tokens is not for this world, which has %d and %d", a.SeqLen, a.VocabSize, world.Cells, world.Vocab)
	}
	if !slices.Equal(m.States(), []string{"z_H", "z_L"}) {
		return fmt.Errorf("a model with the states %v, want z_H and z_L", m.States())
	}
	return nil
}
