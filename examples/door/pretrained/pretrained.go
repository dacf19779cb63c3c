// Package pretrained holds the weights that the program in the folder above has
// trained.
package pretrained

import (
	"bytes"
	"embed"
	"fmt"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

//go:embed hrm.safetensors trm.safetensors
var files embed.FS

// Load returns a model of its own, of a kind: hrm.Kind or trm.Kind.
func Load(kind string) (*nn.Model, error) {
	name := kind + ".safetensors"
	weights, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("pretrained: no model %q: %w", kind, err)
	}
	f, err := safetensors.NewFile(bytes.NewReader(weights), int64(len(weights)), "pretrained/"+name)
	if err != nil {
		return nil, err
	}
	return reread.Read(f, nil)
}
