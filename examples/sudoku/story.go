package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
)

// story is how the answer to a puzzle comes about.
type story struct {
	number   int // of the puzzle, from 1
	puzzle   *sudoku.Puzzle
	thoughts []thought // after each supervision step
}

// thought is what a model answers after a supervision step.
type thought struct {
	answer sudoku.Grid
	margin float32
}

// tell solves the puzzle.
func (s *story) tell(ctx context.Context, solver *reread.Solver) error {
	for step, err := range solver.Think(ctx, question(s.puzzle.Question)) {
		if err != nil {
			return err
		}
		answer, err := sudoku.FromTokens(step.Tokens)
		if err != nil {
			return err
		}
		s.thoughts = append(s.thoughts, thought{answer, step.Margin})
	}
	return nil
}

// last returns what came of the puzzle.
func (s *story) last() *solution {
	t := s.thoughts[len(s.thoughts)-1]
	a := reread.Answer{Steps: len(s.thoughts), Margin: t.margin}
	return &solution{s.number, s.puzzle.Question, t.answer, a}
}

func (s *story) solved() bool { return s.last().solved() }

// before returns the board that a step, counted from 0, found.
func (s *story) before(step int) sudoku.Grid {
	if step == 0 {
		return s.puzzle.Question
	}
	return s.thoughts[step-1].answer
}

// String returns the story as a line of the demo's table.
func (s *story) String() string {
	solved := "no"
	if s.solved() {
		solved = fmt.Sprintf("step %d", len(s.thoughts))
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%6d  %6d  %6d  %-7s ", s.number, s.puzzle.Question.Givens(), s.puzzle.Rating, solved)
	for step, t := range s.thoughts {
		fmt.Fprintf(&line, " %d", differences(s.before(step), t.answer))
	}
	return line.String()
}

func differences(a, b sudoku.Grid) int {
	n := 0
	for c := range a {
		if a[c] != b[c] {
			n++
		}
	}
	return n
}

// board shows the answer after a step, counted from 0, against another board.
func (s *story) board(step int, against sudoku.Grid) panel {
	t := s.thoughts[step]
	return panel{fmt.Sprintf("step %d, margin %+.2f", step+1, t.margin), t.answer, against}
}

// boards are the givens, each step that changed the answer, and the last step.
func (s *story) boards() []panel {
	q := s.puzzle.Question
	panels := []panel{{fmt.Sprintf("%d givens, rating %d", q.Givens(), s.puzzle.Rating), q, q}}
	for step, t := range s.thoughts {
		if before := s.before(step); t.answer != before || step == len(s.thoughts)-1 {
			panels = append(panels, s.board(step, before))
		}
	}
	return panels
}

// ends are the givens, the first answer, and what thinking made of it.
func (s *story) ends() []panel {
	q := s.puzzle.Question
	panels := []panel{{fmt.Sprintf("puzzle %d", s.number), q, q}, s.board(0, q)}
	if last := len(s.thoughts) - 1; last > 0 {
		panels = append(panels, s.board(last, s.thoughts[0].answer))
	}
	return panels
}
