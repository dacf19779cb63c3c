// Package pretrained holds weights that solve Sudokus, trained by the program in
// the folder above.
package pretrained

import (
	"bytes"
	_ "embed" // the weights

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

// Units is the safetensors file of what the preset units trains.
//
//go:embed units.safetensors
var Units []byte

// Name is what messages call it.
const Name = "pretrained/units.safetensors"

// Open returns the file of the weights.
func Open() (*safetensors.File, error) {
	return safetensors.NewFile(bytes.NewReader(Units), int64(len(Units)), Name)
}

// Load returns a model of its own with the weights.
func Load() (*nn.Model, error) {
	f, err := Open()
	if err != nil {
		return nil, err
	}
	return reread.Read(f, nil)
}
