package trm

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// Kind names this family of models in the files that package nn writes.
const Kind = "trm"

// Load reads a model from a file written by [nn.Save].
func Load(path string) (*Model, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	defer f.Close()
	m, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Read is [Load] from an open file.
func Read(f *safetensors.File) (*Model, error) {
	var cfg Config
	if err := nn.FileConfig(f, Kind, &cfg); err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	return ReadWith(cfg, f)
}

// ReadWith reads the weights of a model of known configuration from a file
// under the published names, with any published prefix.
func ReadWith(cfg Config, f *safetensors.File) (*Model, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := nn.CheckSize(&cfg.Arch, f); err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	m, err := New(cfg, rand.New(rand.NewPCG(0, 0))) // every weight is replaced
	if err != nil {
		return nil, err
	}
	if err := nn.LoadState(m, f); err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	return m, nil
}
