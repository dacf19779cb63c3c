package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
)

// demoPuzzles are of rising rating, the last two of which are known as some of the
// hardest, the others from the generator.
//
//go:embed puzzles.csv
var demoPuzzles string

// demoGuesses are made at most where the model's own steps come to no answer.
const demoGuesses = 31

const demoUsage = `usage: sudoku [-v]

Solves the puzzles that come with the program and shows how.
`

// demo solves the puzzles that come with the program and shows how the answers
// come about: on one screen, unless all is asked for.
func (p *program) demo(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("sudoku -v", flag.ContinueOnError)
	all := fs.Bool("v", false, "show the boards of all steps of all puzzles")
	if err := command.Parse(fs, args, 0, demoUsage, p.stdout); err != nil {
		return err
	}
	stories, err := demoStories(ctx)
	if err != nil {
		return err
	}
	if *all {
		err = writeStories(p.stdout, stories)
	} else {
		err = writeSummary(p.stdout, stories)
	}
	if err != nil {
		return err
	}
	solved := 0
	for _, s := range stories {
		if s.solved() {
			solved++
		}
	}
	_, err = fmt.Fprintf(p.stdout, "solved %d of %d puzzles\n", solved, len(stories))
	return err
}

// demoStories solves the puzzles one after the other.
func demoStories(ctx context.Context) ([]*story, error) {
	puzzles, err := sudoku.ReadCSV(strings.NewReader(demoPuzzles), "puzzles.csv")
	if err != nil {
		return nil, err
	}
	m, err := new(modelFlags).load()
	if err != nil {
		return nil, err
	}
	o := reread.Options{Guess: guess(demoGuesses)}
	var stories []*story
	for i := range puzzles {
		s, err := tell(ctx, m, o, i+1, &puzzles[i])
		if err != nil {
			return nil, err
		}
		stories = append(stories, s)
	}
	return stories, nil
}

// writeStories writes the boards of all steps.
func writeStories(w io.Writer, stories []*story) error {
	for _, s := range stories {
		if err := s.last().show(w, s.boards()); err != nil {
			return err
		}
	}
	return nil
}

// writeSummary writes a line for each puzzle, and the boards of the one that
// was thought about longest before it was solved.
func writeSummary(w io.Writer, stories []*story) error {
	fmt.Fprintln(w, "puzzle  givens  rating  solved    lines  cells that each step changed")
	longest := stories[0]
	for _, s := range stories {
		if _, err := fmt.Fprintln(w, s); err != nil {
			return err
		}
		if s.solved() && (!longest.solved() || len(s.Steps) > len(longest.Steps)) {
			longest = s
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return writePanels(w, longest.ends(), terminal.Colours(w))
}
