// Package trace records how a model thinks about a Sudoku, and writes that as
// JSON, as an animated GIF and as a page that can be stepped through.
package trace

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rereadml/reread/data/sudoku"
)

// Trace is how a model thinks about a puzzle, as [Record] sees it.
type Trace struct {
	Model  string   `json:"model"`  // what to call it, which is for the caller to say
	States []string `json:"states"` // names of its latent states
	Puzzle Tokens   `json:"puzzle"`
	Steps  []Step   `json:"steps"`
}

// Step is a supervision step and the answer at its end.
type Step struct {
	N    int `json:"step"` // from 1
	Line int `json:"line"` // of thought, from 1; a guess begins another
	ReadOut
	Changes  map[string]float64 `json:"changes"` // of each state within the step, as Update.Change
	Accepted bool               `json:"accepted"`
	Updates  []Update           `json:"updates"` // within the step; the last gives the step's answer
}

// Update is the change of a latent state within a step.
type Update struct {
	State   string  `json:"state"`
	Change  float64 `json:"change"` // |new - old| / |new|, with Euclidean norms
	ReadOut         // off the updated state; Changed is against the update before
}

// ReadOut is what a model's heads read off a latent state.
type ReadOut struct {
	Tokens     Tokens                        `json:"tokens"`
	Confidence [sudoku.Cells]float32         `json:"confidence"` // probability of each token
	Candidates [sudoku.Cells]map[int]float32 `json:"candidates"` // digits of at least Threshold, with their probability in hundredths
	Margin     float32                       `json:"margin"`     // above 0 the model calls the answer right
	Changed    []int                         `json:"changed"`    // cells, from 0, that differ from the answer before
}

// Threshold is the least probability of a candidate.
const Threshold = 0.05

// Tokens are a grid as a model sees it: 1 for a blank, digit + 1 for a digit.
type Tokens [sudoku.Cells]int32

// Grid returns the grid, a blank one for what is none.
func (t *Tokens) Grid() sudoku.Grid {
	g, _ := sudoku.FromTokens(t[:]) // which Record has seen to
	return g
}

// givens says how many there are.
func (t *Trace) givens() string {
	n := t.Puzzle.Grid().Givens()
	if n == 1 {
		return "1 given"
	}
	return fmt.Sprintf("%d givens", n)
}

// WriteJSON writes the trace as one JSON object.
func (t *Trace) WriteJSON(w io.Writer) error { return json.NewEncoder(w).Encode(t) }

// MeanConfidence returns the confidence averaged over the cells.
func (r *ReadOut) MeanConfidence() float64 {
	sum := 0.0
	for _, p := range r.Confidence {
		sum += float64(p)
	}
	return sum / sudoku.Cells
}
