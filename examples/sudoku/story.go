package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/examples/sudoku/trace"
	"github.com/rereadml/reread/nn"
)

// story is how the answer to a puzzle comes about.
type story struct {
	number int // of the puzzle, from 1
	puzzle *sudoku.Puzzle
	*trace.Trace
}

// tell has a model solve a puzzle, in so many steps at most.
func tell(ctx context.Context, m *nn.Model, steps, number int, puzzle *sudoku.Puzzle) (*story, error) {
	t, err := trace.Record(ctx, m, puzzle.Question, reread.Options{Steps: steps, Accept: accepts(nine)})
	if err != nil {
		return nil, err
	}
	return &story{number, puzzle, t}, nil
}

// last returns what came of the puzzle.
func (s *story) last() *solution {
	t := s.Steps[len(s.Steps)-1]
	a := reread.Answer{Steps: t.N, Margin: t.Margin}
	return &solution{s.number, anySize(s.puzzle.Question), anySize(t.Tokens.Grid()), a}
}

func (s *story) solved() bool { return s.last().solved() }

// before returns the board that a step, counted from 0, found.
func (s *story) before(step int) anysize.Grid {
	if step == 0 {
		return anySize(s.puzzle.Question)
	}
	return anySize(s.Steps[step-1].Tokens.Grid())
}

// String returns the story as a line of the demo's table.
func (s *story) String() string {
	solved := "no"
	if s.solved() {
		solved = fmt.Sprintf("step %d", len(s.Steps))
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%6d  %6d  %6d  %-7s ", s.number, s.puzzle.Question.Givens(), s.puzzle.Rating, solved)
	for i := range s.Steps {
		fmt.Fprintf(&line, " %d", len(s.Steps[i].Changed))
	}
	return line.String()
}

// givens shows the puzzle.
func (s *story) givens() panel {
	q := anySize(s.puzzle.Question)
	title := count(q.Givens(), "given")
	if s.puzzle.Rating != data.Unrated {
		title += fmt.Sprintf(", rating %d", s.puzzle.Rating)
	}
	return panel{title, q, q}
}

// board shows the answer after a step, counted from 0, against another board.
func (s *story) board(step int, against anysize.Grid) panel {
	t := &s.Steps[step]
	return panel{fmt.Sprintf("step %d, margin %+.2f", t.N, t.Margin), anySize(t.Tokens.Grid()), against}
}

// boards are the givens, each step that changed the answer, and the last step.
func (s *story) boards() []panel {
	panels := []panel{s.givens()}
	for step := range s.Steps {
		if len(s.Steps[step].Changed) > 0 || step == len(s.Steps)-1 {
			panels = append(panels, s.board(step, s.before(step)))
		}
	}
	return panels
}

// ends are the givens, the first answer, and what thinking made of it.
func (s *story) ends() []panel {
	q := anySize(s.puzzle.Question)
	panels := []panel{{fmt.Sprintf("puzzle %d", s.number), q, q}, s.board(0, q)}
	if last := len(s.Steps) - 1; last > 0 {
		panels = append(panels, s.board(last, s.before(1)))
	}
	return panels
}

// figures are a table of the steps, under a line that says what they are.
func (s *story) figures() []string {
	head := "step  margin  changed  confidence"
	for _, state := range s.States {
		head += fmt.Sprintf("  %5s", state)
	}
	lines := []string{head}
	for i := range s.Steps {
		t := &s.Steps[i]
		line := fmt.Sprintf("%4d  %+6.2f  %7d  %9.1f%%", t.N, t.Margin, len(t.Changed), 100*t.MeanConfidence())
		for _, state := range s.States {
			line += fmt.Sprintf("  %5.2f", t.Changes[state])
		}
		lines = append(lines, line)
	}
	return lines
}
