package main

import (
	"context"
	"flag"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
)

const generateUsage = `usage: maze generate [FLAGS]

Writes new mazes to standard output, in the CSV format of Maze-Hard, which eval
reads. Equal flags give equal mazes. Without -moves they are as those of eval.
`

func (p *program) generate(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("maze generate", flag.ContinueOnError)
	n := fs.Int("n", 10, "number of mazes")
	side := fs.Int("size", trainedSide, "`cells` of a side")
	moves := fs.Int("moves", 0, "`moves` that a shortest path takes at least; much above 109 at 30 x 30, 40 at 13 x 13, takes for ever (default drawn for each)")
	seed := fs.Uint64("seed", 0, "seed of the random numbers")
	if err := command.Parse(fs, args, 0, generateUsage, p.stdout); err != nil {
		return err
	}
	if *n < 1 {
		return command.BadInput("generate: -n must be at least 1")
	}
	s, err := newSource(*side, *seed, forTests)
	if err != nil {
		return err
	}
	if *moves < 0 || *moves >= s.shape.Cells() {
		return command.BadInput("generate: -moves must be 0 to %d", s.shape.Cells()-1)
	}
	s.moves = *moves
	puzzles, err := s.first(ctx, *n)
	if err != nil {
		return err
	}
	return maze.WriteCSV(p.stdout, puzzles)
}
