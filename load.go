package reread

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/trm"
)

// Config is the configuration of a model: a [trm.Config], an [hrm.Config] or
// one of your own.
type Config interface {
	// Design returns the model that it describes, or what is wrong with it.
	Design() (*nn.Design, error)
}

// ParseConfig returns the configuration of a kind of models, [trm.Kind] or
// [hrm.Kind], from its JSON form.
func ParseConfig(kind string, text []byte) (Config, error) {
	switch kind {
	case trm.Kind:
		return parse[trm.Config](text)
	case hrm.Kind:
		return parse[hrm.Config](text)
	}
	return nil, fmt.Errorf("reread: unknown kind of model %q, want %q or %q", kind, trm.Kind, hrm.Kind)
}

func parse[C Config](text []byte) (Config, error) {
	var cfg C
	if err := json.Unmarshal(text, &cfg); err != nil {
		return nil, fmt.Errorf("reread: configuration: %w", err)
	}
	return cfg, nil
}

// Load reads a TRM or an HRM from a file that [nn.Model.Save] or a training run
// wrote. Which it is the file says; models of your own are for [Read]. Of a
// training checkpoint it reads the weights as trained, not their average.
func Load(path string) (*nn.Model, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	defer f.Close()
	m, err := Read(f, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// ErrNoConfig is wrapped by [Load] and [Read] for a file that does not say what
// model it holds, such as one of the published weights. [Read] takes it with a
// configuration.
var ErrNoConfig = errors.New("the file does not say what model it holds")

// Read is [Load] from an open file. A configuration that is not nil takes the
// place of the file's own.
func Read(f tensor.Source, cfg Config) (*nn.Model, error) {
	if cfg == nil {
		kind, text := nn.FileModel(f)
		if kind == "" {
			return nil, fmt.Errorf("reread: %w", ErrNoConfig)
		}
		var err error
		if cfg, err = ParseConfig(kind, text); err != nil {
			return nil, err
		}
	}
	d, err := cfg.Design()
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	m, err := nn.Read(d, f)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	return m, nil
}
