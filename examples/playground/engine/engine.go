// Package engine does what the playground's page asks for and tells how it goes,
// event by event, whatever carries them: a server's connection or a worker of
// the browser.
package engine

import (
	"context"
	"fmt"

	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/nn"
)

// A Request is what the page asks for.
type Request struct {
	Task   string `json:"task"`   // "think" or "learn"
	Puzzle string `json:"puzzle"` // to think about: 81 characters
	Lines  int    `json:"lines"`  // of thought at most, by guesses where the one before came to nothing; 0: 1
	Seed   uint64 `json:"seed"`   // to learn from
}

// BadRequest is a fault of the request.
type BadRequest struct{ reason string }

func (e *BadRequest) Error() string { return e.reason }

func badRequest(format string, args ...any) error {
	return &BadRequest{fmt.Sprintf(format, args...)}
}

// Emit takes an event: its name, and data that have a JSON form. An error ends
// the task.
type Emit func(name string, data any) error

// Engine does tasks, any number at a time.
type Engine struct {
	model *nn.Model // that solves Sudokus
}

// New returns an engine with the weights that come with the program.
func New() (*Engine, error) {
	m, err := pretrained.Load()
	if err != nil {
		return nil, err
	}
	return &Engine{m}, nil
}

// Do does a task, until it is done or ctx ends. Requests are checked before the
// first event; a fault is a [BadRequest].
func (e *Engine) Do(ctx context.Context, r Request, emit Emit) error {
	switch r.Task {
	case "think":
		return e.think(ctx, r, emit)
	case "learn":
		return learn(ctx, r.Seed, emit)
	}
	return badRequest("there is no task %.20q", r.Task)
}
