package eval

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/rereadml/reread/internal/atomicfile"
)

// Save stores the result in a file, for [Load], replacing it in one step.
func (r *Result) Save(path string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("eval: save %s: %w", path, err)
	}
	if err := atomicfile.WriteBytes(path, append(text, '\n')); err != nil {
		return fmt.Errorf("eval: save %s: %w", path, err)
	}
	return nil
}

// Load reads a result that [Result.Save] stored.
func Load(path string) (*Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	r := new(Result)
	if err := r.decode(text); err != nil {
		return nil, fmt.Errorf("eval: %s: %w", path, err)
	}
	return r, nil
}
