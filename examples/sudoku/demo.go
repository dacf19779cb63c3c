package main

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/sudoku"
)

// demoPuzzles are from the generator, of rising rating.
//
//go:embed puzzles.csv
var demoPuzzles string

// demoSteps is how many supervision steps a demo puzzle gets.
const demoSteps = 16

// demo solves the puzzles that come with the program, one after the other, and
// shows how the answers come about.
func (p *program) demo(ctx context.Context) error {
	puzzles, err := sudoku.ReadCSV(strings.NewReader(demoPuzzles), "puzzles.csv")
	if err != nil {
		return err
	}
	m, err := loadModel("")
	if err != nil {
		return err
	}
	solved := 0
	for i := range puzzles {
		puzzle := puzzles[i].Question
		var thoughts []thought
		err := reason(ctx, m, []sudoku.Grid{puzzle}, demoSteps, false, func(_ int, t thought) { thoughts = append(thoughts, t) })
		if err != nil {
			return err
		}
		last := thoughts[len(thoughts)-1]
		s := &solution{number: i + 1, puzzle: puzzle, thought: last, solved: solves(last.answer, puzzle)}
		if s.solved {
			solved++
		}
		if err := s.show(p.stdout, story(puzzles[i], thoughts)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.stdout, "solved %d of %d puzzles\n", solved, len(puzzles))
	return err
}

// story returns the boards of a puzzle: the givens, each step that changed the
// answer, and the last step.
func story(s sudoku.Puzzle, thoughts []thought) []panel {
	panels := []panel{{fmt.Sprintf("%d givens, rating %d", s.Question.Givens(), s.Rating), s.Question, s.Question}}
	before := s.Question
	for i, t := range thoughts {
		if t.answer == before && i < len(thoughts)-1 {
			continue
		}
		panels = append(panels, panel{fmt.Sprintf("step %d, halt %+.2f", t.step, t.halt), t.answer, before})
		before = t.answer
	}
	return panels
}
