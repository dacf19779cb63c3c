package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
)

// solution is what came of a puzzle.
type solution struct {
	number         int // of the puzzle, from 1
	puzzle, answer anysize.Grid
	reread.Answer
}

func (s *solution) solved() bool { return s.answer.Solves(s.puzzle) }

func (s *solution) String() string {
	verdict := "solved"
	if !s.solved() {
		verdict = "not solved"
	}
	text := fmt.Sprintf("puzzle %d: %s in %s", s.number, verdict, command.Count(s.Steps, "step"))
	if s.Lines > 1 {
		text += fmt.Sprintf(" on %d lines of thought", s.Lines)
	}
	return text
}

// verdict says what came of a puzzle, and how far the answer got if it is wrong.
func (s *solution) verdict() string {
	if s.solved() {
		return s.String()
	}
	return s.String() + "\n" + shortfall(s.answer, s.puzzle)
}

// show writes the boards of a puzzle under what came of it.
func (s *solution) show(w io.Writer, panels []panel) error {
	if _, err := fmt.Fprintln(w, s.verdict()); err != nil {
		return err
	}
	return writePanels(w, panels, terminal.Colours(w))
}

// writers write a solution in the formats of -format.
var writers = map[string]func(p *program, s *solution) error{
	"grid": writeGrid, "line": writeLine, "json": writeJSON,
}

func writeGrid(p *program, s *solution) error {
	return s.show(p.stdout, []panel{
		{"puzzle", s.puzzle, s.puzzle},
		{fmt.Sprintf("answer, margin %+.2f", s.Margin), s.answer, s.puzzle},
	})
}

// writeLine writes the answer alone, so that other programs can read it; what
// is wrong with it goes to standard error.
func writeLine(p *program, s *solution) error {
	if !s.solved() {
		fmt.Fprintf(p.stderr, "%v: %s\n", s, shortfall(s.answer, s.puzzle))
	}
	_, err := fmt.Fprintln(p.stdout, s.answer)
	return err
}

func writeJSON(p *program, s *solution) error {
	list, _ := violations(s.answer)
	broken := make([]string, len(list))
	for i, v := range list {
		broken[i] = v.String()
	}
	return json.NewEncoder(p.stdout).Encode(struct {
		Puzzle     string    `json:"puzzle"`
		Answer     string    `json:"answer"`
		Solved     bool      `json:"solved"`
		Steps      int       `json:"steps"`
		Lines      int       `json:"lines"`
		Margin     float32   `json:"margin"`
		Confidence []float32 `json:"confidence"`
		GivensKept bool      `json:"givens_kept"`
		Violations []string  `json:"violations"`
	}{s.puzzle.String(), s.answer.String(), s.solved(), s.Steps, s.Lines, s.Margin, s.Confidence, s.answer.Extends(s.puzzle), broken})
}
