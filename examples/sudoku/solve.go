package main

import (
	"context"
	"flag"
	"fmt"
	"iter"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/internal/command"
)

const solveUsage = `usage: sudoku solve [FLAGS] [PUZZLE]

Solves puzzles and checks the answers against the rules. PUZZLE is one of

  81 characters   the cells row by row: digits, with 0 or . for a blank. With
                  -boxes as many as there are cells: values above 9 are A, B, ...
  a file          one such puzzle a line; empty lines and lines that begin with
                  # are skipped. Or a CSV file as generate writes it, of 9x9.
  -               standard input, in the form of a file; the default

A puzzle's answer is the first that keeps its givens and the rules of Sudoku,
or else that of the last step. With -halt it is the first that the model calls
right, whatever the rules say. With -guesses the model then fills in a blank by
guess and thinks again, until it has an answer, with -lines it thinks from the
start again under other noise. Answers come in the order of the
puzzles, each as soon as it is there.

The exit status is 0 if every puzzle is solved, 1 if not, 2 for bad input, of
which nothing is solved.
`

const stepsUsage = "supervision `steps` at most (default the model's own, 16 for those of Sudoku)"

const haltMarginUsage = "`margin` that the halting value must exceed for the model to call its answer right, such as 4: sure at odds of e^4 to 1"

func (p *program) solve(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("sudoku solve", flag.ContinueOnError)
	model, precision := newModelFlags(fs), newPrecisionFlag(fs)
	model.addBoxes(fs, "height and width of the boxes, in cells: `HxW`, such as 2x3 for 6x6 cells, or 1x5 for Latin squares (default 3x3)")
	steps := fs.Int("steps", 0, stepsUsage)
	halt := fs.Bool("halt", false, "stop where the model calls its answer right, not where the rules do")
	var noise noiseFlags
	noise.add(fs)
	margin := fs.Float64("halt-margin", 0, haltMarginUsage)
	var guesses guessFlags
	guesses.add(fs, guessesUsage)
	var lines rolloutFlags
	lines.add(fs, "`number` of lines of thought at most, each under other -noise or from another start")
	format := fs.String("format", "grid", "grid, line (81 characters) or json (an object a line)")
	if err := command.Parse(fs, args, 1, solveUsage, p.stdout); err != nil {
		return err
	}
	write, ok := writers[*format]
	if !ok {
		return command.BadInput("solve: unknown -format %q, want grid, line or json", *format)
	}
	if *steps < 0 {
		return command.BadInput("solve: -steps must not be negative")
	}
	if *margin != 0 && !*halt {
		return command.BadInput("solve: -halt-margin is about -halt")
	}
	guess, err := guesses.guess("solve")
	if err != nil {
		return err
	}
	rollouts, err := lines.rollouts("solve")
	if err != nil {
		return err
	}
	if err := checkFinite("solve", "halt-margin", *margin); err != nil {
		return err
	}
	if err := checkFinite("solve", "noise", noise.size); err != nil {
		return err
	}
	puzzles, err := p.readPuzzles(model.size(), fs.Args())
	if err != nil {
		return err
	}
	m, err := p.loadAt(model, *precision)
	if err != nil {
		return err
	}
	o := &reread.Options{Steps: *steps, Halt: *halt, HaltMargin: float32(*margin), Noise: float32(noise.size), Hypotheses: float32(noise.hypotheses), Seed: noise.seed, Guess: guess, Rollouts: rollouts}
	if !*halt {
		o.Accept = accepts(model.size())
	}
	solver, err := reread.NewSolver(m, o)
	if err != nil {
		return command.AsBadInput(err)
	}
	defer solver.Close()
	unsolved := 0
	for s, err := range solutions(puzzles, solver.Stream(ctx, questions(puzzles))) {
		if err != nil {
			return err
		}
		if !s.solved() {
			unsolved++
		}
		if err := write(p, s); err != nil {
			return err
		}
	}
	if unsolved > 0 {
		return fmt.Errorf("%d of %s not solved", unsolved, command.Count(len(puzzles), "puzzle"))
	}
	return nil
}

// questions are puzzles as a model reads them.
func questions(puzzles []anysize.Grid) iter.Seq[reread.Puzzle] {
	return func(yield func(reread.Puzzle) bool) {
		for i := range puzzles {
			if !yield(question(puzzles[i])) {
				return
			}
		}
	}
}

func question(puzzle anysize.Grid) reread.Puzzle {
	return reread.Puzzle{Tokens: puzzle.AppendTokens(nil)}
}

// accepts returns what reports whether an answer keeps the givens and all rules,
// for [reread.Options].
func accepts(b anysize.Boxes) func(p reread.Puzzle, answer []int32) bool {
	return func(p reread.Puzzle, answer []int32) bool { return b.Keeps(p.Tokens, answer) }
}

// solutions puts answers, which come in order, to their puzzles.
func solutions(puzzles []anysize.Grid, answers iter.Seq2[reread.Answer, error]) iter.Seq2[*solution, error] {
	return func(yield func(*solution, error) bool) {
		number := 0
		for a, err := range answers {
			var s *solution
			if err == nil {
				s = &solution{number: number + 1, puzzle: puzzles[number], Answer: a}
				s.answer, err = anysize.FromTokens(s.puzzle.Boxes, a.Tokens)
				number++
			}
			if !yield(s, err) {
				return
			}
		}
	}
}
