package main

import (
	"context"
	"flag"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/command"
)

const generateUsage = `usage: sudoku generate [FLAGS]

Writes new puzzles with exactly one solution to standard output, in the CSV
format that train and eval read: of the kinds of Sudoku-Extreme, from easy to very
hard, unless -min-rating or -hardest says otherwise. Equal flags give equal puzzles.
`

func (p *program) generate(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("sudoku generate", flag.ContinueOnError)
	n := fs.Int("n", 10, "number of puzzles")
	rating := fs.Int("min-rating", 0, "make puzzles of this `rating` or more: the guesses that a solver needs; over 40 takes long")
	hardest := fs.Bool("hardest", false, "make only puzzles around exocets that no trials solve, each from nothing, in about five seconds")
	seed := fs.Uint64("seed", 0, "seed of the random numbers")
	if err := command.Parse(fs, args, 0, generateUsage, p.stdout); err != nil {
		return err
	}
	if *n < 1 || *rating < 0 {
		return command.BadInput("generate: -n must be at least 1 and -min-rating at least 0")
	}
	m := spread
	switch rated := command.Given(fs, "min-rating"); {
	case rated && *hardest:
		return command.BadInput("generate: -hardest and -min-rating exclude each other")
	case rated:
		m = single(func(ctx context.Context, rng *rand.Rand) (sudoku.Puzzle, error) {
			return new(sudoku.Generator).Generate(ctx, rng, *rating)
		})
	case *hardest:
		m = single(func(ctx context.Context, rng *rand.Rand) (sudoku.Puzzle, error) {
			return new(sudoku.Generator).Hardest(ctx, rng)
		})
	}
	puzzles, err := makeAll(ctx, p, *n, *seed, m)
	if err != nil {
		return err
	}
	return sudoku.WriteCSV(p.stdout, puzzles)
}

// maker makes size puzzles at a time.
type maker[P any] struct {
	size int
	make func(ctx context.Context, rng *rand.Rand) ([]P, error)
}

// spread makes puzzles of all kinds. Fewer at a time would take longer each, and more keep
// whoever wants few waiting.
var spread = maker[sudoku.Puzzle]{16, func(ctx context.Context, rng *rand.Rand) ([]sudoku.Puzzle, error) {
	return new(sudoku.Generator).Series(ctx, rng, 16)
}}

// single makes puzzles one by one.
func single[P any](puzzle func(ctx context.Context, rng *rand.Rand) (P, error)) maker[P] {
	return maker[P]{1, func(ctx context.Context, rng *rand.Rand) ([]P, error) {
		made, err := puzzle(ctx, rng)
		return []P{made}, err
	}}
}

// makeAll makes n puzzles on all processors and shows how far it is. Those that are made
// at a time depend on the seed and their place alone.
func makeAll[P any](ctx context.Context, p *program, n int, seed uint64, m maker[P]) ([]P, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	puzzles := make([]P, n)
	counter := newCounter(p.stderr, "generated", n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				i := next.Add(1) - 1
				from := int(i) * m.size
				if from >= n {
					return
				}
				made, err := m.make(ctx, rand.New(rand.NewPCG(seed, uint64(i))))
				if err != nil {
					cancel(err)
					return
				}
				for range copy(puzzles[from:], made) {
					counter.add()
				}
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
