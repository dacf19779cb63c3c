package main

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rereadml/reread/data/sudoku"
)

const generateUsage = `usage: sudoku generate [FLAGS]

Writes new puzzles with exactly one solution to standard output, in the CSV
format that train and eval read. Equal flags give equal puzzles.
`

func (p *program) generate(ctx context.Context, args []string) error {
	fs := p.flags("generate", generateUsage)
	n := fs.Int("n", 10, "number of puzzles")
	rating := fs.Int("min-rating", 0, "least difficulty: guesses that a solver needs; over 30 takes long")
	seed := fs.Uint64("seed", 0, "seed of the random numbers")
	if _, err := p.parse(fs, args, 0); err != nil {
		return err
	}
	if *n < 1 || *rating < 0 {
		return badInput("generate: -n must be at least 1 and -min-rating at least 0")
	}
	puzzles, err := p.newPuzzles(ctx, *n, *seed, func(int) int { return *rating })
	if err != nil {
		return err
	}
	return sudoku.WriteCSV(p.stdout, puzzles)
}

// levels are the least ratings of the puzzles that train generates, in turn.
var levels = []int{0, 1, 3, 6, 10, 15}

func levelOf(i int) int { return levels[i%len(levels)] }

// newPuzzles makes n puzzles. Puzzle i depends on the seed, its rating and i alone.
func (p *program) newPuzzles(ctx context.Context, n int, seed uint64, rating func(i int) int) ([]sudoku.Puzzle, error) {
	return makeAll(ctx, p, n, func(ctx context.Context, i int) (sudoku.Puzzle, error) {
		return new(sudoku.Generator).Generate(ctx, rand.New(rand.NewPCG(seed, uint64(i))), rating(i))
	})
}

// makeAll makes n puzzles on all processors and shows how far it is.
func makeAll[P any](ctx context.Context, p *program, n int, newPuzzle func(ctx context.Context, i int) (P, error)) ([]P, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	puzzles := make([]P, n)
	counter := newCounter(p.stderr, "generated", n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				made, err := newPuzzle(ctx, int(i))
				if err != nil {
					cancel(err)
					return
				}
				puzzles[i] = made
				counter.add()
			}
		})
	}
	wg.Wait()
	counter.done()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return puzzles, nil
}
