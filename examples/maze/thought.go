package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/nn"
)

// thought is what a model makes of a maze, step by step until its answer is a shortest
// path or the steps are at their end.
type thought struct {
	number int // of the maze, from 1
	maze   maze.Grid
	steps  []panel // those that changed the answer
	last   int     // number of the last step
	moves  int     // of a shortest path
	solved bool
}

// think thinks about a maze that has a solution.
func think(ctx context.Context, m *nn.Model, number int, g maze.Grid, steps int) (*thought, error) {
	_, moves, err := g.Solve()
	if err != nil {
		return nil, command.BadInput("maze %d: %w", number, err)
	}
	t := &thought{number: number, maze: g, moves: moves}
	puzzle := reread.Puzzle{Tokens: g.AppendTokens(nil)}
	o := &reread.Options{Steps: steps, Accept: func(p reread.Puzzle, tokens []int32) bool { return g.Keeps(p.Tokens, tokens) }}
	for step, err := range reread.Think(ctx, m, puzzle, o) {
		if err != nil {
			return nil, err
		}
		answer, err := maze.FromTokens(g.Shape, step.Tokens)
		if err != nil {
			return nil, err
		}
		t.last, t.solved = step.N, step.Accepted
		if len(t.steps) == 0 || !answer.Equal(t.answer()) {
			t.steps = append(t.steps, panel{fmt.Sprintf("step %d, margin %+.1f", step.N, step.Margin), answer, g})
		}
	}
	return t, nil
}

func (t *thought) answer() maze.Grid { return t.steps[len(t.steps)-1].answer }

// String says what came of the maze.
func (t *thought) String() string {
	what := "not solved"
	if t.solved {
		what = "solved"
	}
	return fmt.Sprintf("maze %d, %v, shortest path of %d moves: %s after %s", t.number, t.maze.Shape, t.moves, what, command.Count(t.last, "step"))
}

// show writes the verdict and the answer, or what it was after each step that changed it.
func (t *thought) show(w io.Writer, all bool) error {
	if _, err := fmt.Fprintln(w, t); err != nil {
		return err
	}
	panels := t.steps
	if !all {
		panels = panels[len(panels)-1:]
	}
	return writePanels(w, panels, terminal.Colours(w))
}
