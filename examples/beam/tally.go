package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/train"
)

// tally is what inner steps counted. Of puzzles it counts those that were ended.
type tally struct {
	Loss   float64 `json:"lm_loss"` // per row and step, summed over shards
	Halted float64 `json:"halted"`  // puzzles
	Cells  float64 `json:"cells"`   // sum of their shares of right cells
	Exact  float64 `json:"exact"`   // of the puzzles, right
}

// step adds the metrics of one of so many steps.
func (t *tally) step(m *train.Metrics, batch int, steps uint64) {
	t.add(tally{m.LMLoss / (float64(batch) * float64(steps)), m.Count, m.Accuracy, m.ExactAccuracy})
}

func (t *tally) add(o tally) {
	t.Loss += o.Loss
	t.Halted += o.Halted
	t.Cells += o.Cells
	t.Exact += o.Exact
}

func (t *tally) save(path string) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(path, append(text, '\n'))
}

func readTally(path string) (tally, error) {
	var t tally
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return t, err
}
