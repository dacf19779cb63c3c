package reread

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
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

// Load reads a TRM or an HRM from a file that [nn.Model.Save], a training run or the
// published training code wrote, a safetensors file or one of PyTorch. Which model
// it is the file says, or an all_config.yaml beside it; see [File.Config]. Models of
// your own are for [Read]. Of a training checkpoint it reads the weights as trained,
// not their average.
func Load(path string) (*nn.Model, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cfg, err := f.Config()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := Read(f, cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// ErrNoConfig is wrapped by the errors for a file that does not say what model it
// holds, such as one of the published weights without their all_config.yaml. [Read]
// takes it with a configuration.
var ErrNoConfig = errors.New("the file does not say what model it holds")

// Read returns a model with the weights of an open file, or of any other source. A
// configuration that is not nil takes the place of the file's own; what is beside a
// file is for [File.Config] to find.
func Read(f tensor.Source, cfg Config) (*nn.Model, error) {
	if f == nil {
		return nil, errors.New("reread: there are no tensors to read")
	}
	if cfg == nil {
		var err error
		if cfg, err = configOf(f); err != nil {
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

// configOf returns the configuration of a source that says it, or what is missing.
func configOf(f tensor.Source) (Config, error) {
	if kind, text := nn.FileModel(f); kind != "" {
		return ParseConfig(kind, text)
	}
	return Detect(f, nil)
}
