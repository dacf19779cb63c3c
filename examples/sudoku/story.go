package main

import (
	"context"
	"fmt"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/examples/sudoku/trace"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/nn"
)

// story is how the answer to a puzzle comes about.
type story struct {
	number int // of the puzzle, from 1
	puzzle *sudoku.Puzzle
	*trace.Trace
}

// tell has a model think about a puzzle as the options say, until an answer keeps
// the rules.
func tell(ctx context.Context, m *nn.Model, o reread.Options, number int, puzzle *sudoku.Puzzle) (*story, error) {
	o.Accept = accepts(nine)
	t, err := trace.Record(ctx, m, puzzle.Question, o)
	if err != nil {
		return nil, err
	}
	return &story{number, puzzle, t}, nil
}

// last returns what came of the puzzle.
func (s *story) last() *solution {
	t := s.Steps[len(s.Steps)-1]
	a := reread.Answer{Steps: t.N, Lines: t.Line, Margin: t.Margin}
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

// etc stands for steps that a line has no place for.
const etc = " ..."

// String returns the story as a line of the demo's table.
func (s *story) String() string {
	last := s.last()
	solved := "no"
	if last.solved() {
		solved = fmt.Sprintf("step %d", last.Steps)
	}
	line := fmt.Sprintf("%6d  %6d  %6d  %-8s  %5d ", s.number, s.puzzle.Question.Givens(), s.puzzle.Rating, solved, last.Lines)
	for i := range s.Steps {
		next := fmt.Sprint(" ", len(s.Steps[i].Changed))
		if len(line)+len(next)+len(etc) > terminal.Screen {
			return line + etc
		}
		line += next
	}
	return line
}

// givens shows the puzzle.
func (s *story) givens() panel {
	q := anySize(s.puzzle.Question)
	title := command.Count(q.Givens(), "given")
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
