package engine

import (
	"context"
	"math"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
)

// updateEvent is an update of a latent state within a supervision step.
type updateEvent struct {
	Step   int     `json:"step"`
	State  string  `json:"state"`
	Change float64 `json:"change"` // of its size: |new - old| / |new|
}

// stepEvent is the end of a supervision step.
type stepEvent struct {
	Step     int     `json:"step"`
	Line     int     `json:"line"` // of thought, from 1
	Answer   string  `json:"answer"`
	Chances  []byte  `json:"chances"` // of the digits 1 to 9 in each cell, in 255ths
	Margin   float32 `json:"margin"`
	Accepted bool    `json:"accepted"` // the answer keeps the givens and the rules
}

// maxLines is how many lines of thought a request may ask for.
const maxLines = 32

// think shows the model's thoughts about a puzzle, until an answer keeps the
// rules or the model has taken all its steps.
func (e *Engine) think(ctx context.Context, r Request, emit Emit) error {
	grid, err := parsePuzzle(r.Puzzle)
	if err != nil {
		return err
	}
	if r.Lines < 0 || r.Lines > maxLines {
		return badRequest("%d lines of thought, want 1 to %d", r.Lines, maxLines)
	}
	steps, o := e.model.Arch().HaltMaxSteps, reread.Options{Accept: accepts, Updates: true}
	if r.Lines > 1 {
		o.Guess = &reread.Guess{Blank: sudoku.BlankToken, Lines: r.Lines, Steps: steps / 2}
		steps += (r.Lines - 1) * o.Guess.Steps
	}
	if err := emit("puzzle", describe(grid, steps)); err != nil {
		return err
	}
	watch := newWatch(e.model.States())
	puzzle := reread.Puzzle{Tokens: grid.AppendTokens(nil)}
	for step, err := range reread.Think(ctx, e.model, puzzle, &o) {
		if err != nil {
			return err
		}
		if step.State != "" {
			err = emit("update", watch.update(step))
		} else {
			err = emitStep(step, emit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// accepts goes by the rules of Sudoku.
func accepts(p reread.Puzzle, tokens []int32) bool { return sudoku.Keeps(p.Tokens, tokens) }

func emitStep(s *reread.Step, emit Emit) error {
	answer, err := sudoku.FromTokens(s.Tokens)
	if err != nil {
		return err
	}
	return emit("step", stepEvent{s.N, s.Line, answer.String(), chances(s.Logits), s.Margin, s.Accepted})
}

// chances returns the probabilities of the digits of each cell, by softmax, in
// 255ths.
func chances(logits []float32) []byte {
	var out []byte
	for ; len(logits) > 0; logits = logits[sudoku.Vocab:] {
		digits := logits[sudoku.Vocab-9 : sudoku.Vocab]
		var weights [9]float64
		sum, top := 0.0, math.Inf(-1)
		for _, x := range digits {
			top = max(top, float64(x))
		}
		for i, x := range digits {
			weights[i] = math.Exp(float64(x) - top)
			sum += weights[i]
		}
		for _, w := range weights {
			out = append(out, byte(math.Round(255*w/sum)))
		}
	}
	return out
}

// watch measures how much updates change the latent states.
type watch struct {
	names []string
	old   [][]float32
}

func newWatch(states []string) *watch { return &watch{states, make([][]float32, len(states))} }

func (w *watch) update(s *reread.Step) updateEvent {
	u := updateEvent{Step: s.N, State: s.State}
	for i, name := range w.names {
		if name == s.State {
			u.Change = change(w.old[i], s.States[i])
			w.old[i] = append(w.old[i][:0], s.States[i]...)
		}
	}
	return u
}

// change returns |z - old| / |z|. Without an old state all of z is new.
func change(old, z []float32) float64 {
	if old == nil {
		return 1
	}
	difference, size := 0.0, 0.0
	for i, v := range z {
		d := float64(v - old[i])
		difference += d * d
		size += float64(v) * float64(v)
	}
	return math.Sqrt(difference / size)
}
