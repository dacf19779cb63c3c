package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// runFiles names the files of a run: round 0 is its beginning.
type runFiles struct {
	dir    string
	shards int
}

// weights is the model after a round, with the momentum of the outer step.
func (f runFiles) weights(round int) string { return f.path("round-%04d.safetensors", round) }

// checkpoint is the state of a shard's training at the end of a round, before the
// outer step.
func (f runFiles) checkpoint(round, shard int) string {
	return f.path("round-%04d-shard-%03d-of-%03d.safetensors", round, shard, f.shards)
}

// tally is what a shard counted in a round. It is written before the checkpoint.
func (f runFiles) tally(round, shard int) string {
	return f.path("round-%04d-shard-%03d-of-%03d.json", round, shard, f.shards)
}

// model is the model at the end of the run.
func (f runFiles) model() string { return f.path("model.safetensors") }

func (f runFiles) path(format string, args ...any) string {
	return filepath.Join(f.dir, fmt.Sprintf(format, args...))
}

// lastRound returns the last round that is done, or -1 if the run has not begun.
func (f runFiles) lastRound() (int, error) {
	for round := 0; ; round++ {
		_, err := os.Stat(f.weights(round))
		if errors.Is(err, fs.ErrNotExist) {
			return round - 1, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
