package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/trace"
	"github.com/rereadml/reread/internal/atomicfile"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/internal/terminal"
)

const traceUsage = `usage: sudoku trace [FLAGS] [PUZZLE]

Shows how a model thinks about one puzzle, given as for solve: what it answers
after each supervision step, until the answer keeps the givens and the rules.

On a terminal the board is drawn anew for each step. With -o it becomes a file:

  .gif    an animation
  .html   a page to step through, with what each update within a step does
  .json   all of it as data
`

// traceWriters write a trace in the format of a file name.
var traceWriters = map[string]func(*trace.Trace, io.Writer) error{
	".gif": (*trace.Trace).WriteGIF, ".html": (*trace.Trace).WriteHTML, ".json": (*trace.Trace).WriteJSON,
}

func (p *program) trace(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("sudoku trace", flag.ContinueOnError)
	model := newModelFlags(fs)
	steps := fs.Int("steps", 0, stepsUsage)
	var noise noiseFlags
	noise.add(fs)
	var guesses guessFlags
	guesses.add(fs, guessesUsage)
	out := fs.String("o", "", "`file` to write: NAME.gif, NAME.html or NAME.json")
	if err := command.Parse(fs, args, 1, traceUsage, p.stdout); err != nil {
		return err
	}
	write, ok := traceWriters[strings.ToLower(filepath.Ext(*out))]
	switch {
	case *out != "" && !ok:
		return command.BadInput("trace: -o %s: the name must end in .gif, .html or .json", *out)
	case *steps < 0:
		return command.BadInput("trace: -steps must not be negative")
	}
	if err := command.CheckOutput(*out); err != nil {
		return err
	}
	guess, err := guesses.guess("trace")
	if err != nil {
		return err
	}
	if err := checkFinite("trace", "noise", noise.size); err != nil {
		return err
	}
	puzzles, err := p.readPuzzles(nine, fs.Args())
	switch {
	case err != nil:
		return err
	case len(puzzles) > 1:
		return command.BadInput("trace: %d puzzles; one is shown", len(puzzles))
	}
	m, err := model.load()
	if err != nil {
		return err
	}
	o := reread.Options{Steps: *steps, Noise: float32(noise.size), Hypotheses: float32(noise.hypotheses), Seed: noise.seed, Guess: guess}
	s, err := tell(ctx, m, o, 1, &sudoku.Puzzle{Question: sudoku.Grid(puzzles[0].Values), Rating: data.Unrated})
	if err != nil {
		return err
	}
	if *out == "" {
		return p.show(ctx, s)
	}
	s.Model = filepath.Base(model.name())
	if err := atomicfile.Write(*out, func(w io.Writer) error { return write(s.Trace, w) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "wrote %s\n", *out)
	return err
}

// show tells a story on the screen.
func (p *program) show(ctx context.Context, s *story) error {
	if columns := terminal.Columns(p.stdout); columns > s.givens().width() && terminal.Obeys(p.stdout) {
		if err := s.animate(ctx, p.stdout, columns, terminal.Colours(p.stdout), pause); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, s.last().verdict())
		return err
	}
	if err := writeStories(p.stdout, []*story{s}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout, strings.Join(s.figures(), "\n"))
	return err
}
