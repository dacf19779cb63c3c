package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
)

const evalUsage = `usage: maze eval [FLAGS]

Measures how many mazes the model solves, by the length of their shortest paths. The
mazes are those of -data, a CSV file of squares such as the published ones of
Maze-Hard or what generate writes, or else new ones, always the same for a seed. Every
maze gets all steps, and the last answer counts, in two ways:

  any     it is the maze with a shortest path marked, no matter which
  given   that path is the one of the file, the first in the order down, left, right,
          up: accuracy as in the papers

Of a size that the weights were not trained on, which those with the units of
neighbours can be used at, -steps should grow with the length of the paths.
`

func (p *program) eval(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("maze eval", flag.ContinueOnError)
	path := fs.String("weights", "", "`file` of the model (default the one in this program)")
	file := fs.String("data", "", "`file` of mazes, plain or gzip (default new ones)")
	n := fs.Int("n", 500, "number of mazes, spread over all of the file (0: all of it)")
	side := fs.Int("size", trainedSide, "`cells` of a side of new mazes")
	seed := fs.Uint64("seed", 0, "seed of new mazes")
	steps := fs.Int("steps", 0, "supervision `steps` of every maze (default the model's own)")
	precision := fs.String("precision", string(nn.FP32), "`type` of the passes: float32, bfloat16, int8 or fastest")
	if err := command.Parse(fs, args, 0, evalUsage, p.stdout); err != nil {
		return err
	}
	if *n < 0 || *steps < 0 || *n == 0 && *file == "" {
		return command.BadInput("eval: -n must be at least 1, or with -data 0, and -steps not negative")
	}
	puzzles, err := testMazes(ctx, *file, *side, *seed, *n)
	if err != nil {
		return err
	}
	w, err := openWeights(*path)
	if err != nil {
		return err
	}
	defer w.Close()
	m, err := w.modelAt(puzzles[0].Question.Shape, *precision)
	if err != nil {
		return err
	}
	outcomes, err := evaluate(ctx, m, puzzles, *steps)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s, %v cells, %s, %s\n\n", w.Name, puzzles[0].Question.Shape, m.Precision(), command.Count(cmp.Or(*steps, m.Arch().HaltMaxSteps), "step"))
	return writeTable(p.stdout, outcomes)
}

// testMazes reads mazes of one shape, or makes them without a file.
func testMazes(ctx context.Context, file string, side int, seed uint64, n int) ([]maze.Puzzle, error) {
	if file == "" {
		s, err := newSource(side, seed, forTests)
		if err != nil {
			return nil, err
		}
		return s.first(ctx, n)
	}
	all, err := maze.LoadCSV(file)
	if err != nil {
		return nil, command.AsBadInput(err)
	}
	if len(all) == 0 {
		return nil, command.BadInput("%s: no mazes", file)
	}
	for i, p := range all {
		if p.Question.Shape != all[0].Question.Shape {
			return nil, command.BadInput("%s: maze %d has %v cells, the first has %v", file, i+1, p.Question.Shape, all[0].Question.Shape)
		}
	}
	return spread(all, n), nil
}

// spread returns n of the mazes at even distances, or all of them for 0: files are
// often sorted.
func spread(all []maze.Puzzle, n int) []maze.Puzzle {
	if n == 0 || n >= len(all) {
		return all
	}
	some := make([]maze.Puzzle, n)
	for i := range some {
		some[i] = all[i*len(all)/n]
	}
	return some
}

// outcome is what a model makes of a maze.
type outcome struct {
	moves      int // of a shortest path
	any, given bool
	halted     bool // the model calls its answer right
}

// evaluate has a model answer mazes.
func evaluate(ctx context.Context, m *nn.Model, puzzles []maze.Puzzle, steps int) ([]outcome, error) {
	asked := make([]reread.Puzzle, len(puzzles))
	for i := range puzzles {
		asked[i].Tokens = puzzles[i].Question.AppendTokens(nil)
	}
	answers, err := reread.Solve(ctx, m, asked, &reread.Options{Steps: steps})
	if err != nil {
		return nil, err
	}
	outcomes := make([]outcome, len(puzzles))
	for i, p := range puzzles {
		tokens := answers[i].Tokens
		outcomes[i] = outcome{
			moves:  moves(p.Solution),
			any:    p.Question.Keeps(asked[i].Tokens, tokens),
			given:  slices.Equal(tokens, p.Solution.AppendTokens(nil)),
			halted: answers[i].Halted,
		}
	}
	return outcomes, nil
}

// moves returns the length of the path that is marked in a solution.
func moves(solution maze.Grid) int {
	n := 1
	for _, c := range solution.Cells {
		if c == maze.Path {
			n++
		}
	}
	return n
}
