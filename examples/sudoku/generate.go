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
format that train and eval read: from easy to very hard, spread as in
Sudoku-Extreme, unless -min-rating says otherwise. Equal flags give equal puzzles.
`

func (p *program) generate(ctx context.Context, args []string) error {
	fs := p.flags("generate", generateUsage)
	n := fs.Int("n", 10, "number of puzzles")
	rating := fs.Int("min-rating", 0, "make puzzles that are just this `difficult` or more: the guesses that a solver needs; over 40 takes long")
	seed := fs.Uint64("seed", 0, "seed of the random numbers")
	if _, err := p.parse(fs, args, 0); err != nil {
		return err
	}
	if *n < 1 || *rating < 0 {
		return badInput("generate: -n must be at least 1 and -min-rating at least 0")
	}
	m := spread
	if given(fs, "min-rating") {
		m = atLeast(*rating)
	}
	puzzles, err := p.newPuzzles(ctx, *n, *seed, m)
	if err != nil {
		return err
	}
	return sudoku.WriteCSV(p.stdout, puzzles)
}

// maker makes some puzzles at a time.
type maker struct {
	size int
	make func(ctx context.Context, g *sudoku.Generator, rng *rand.Rand) ([]sudoku.Puzzle, error)
}

// spread makes puzzles of all ratings. More at a time would be cheaper, but more alike.
var spread = maker{16, func(ctx context.Context, g *sudoku.Generator, rng *rand.Rand) ([]sudoku.Puzzle, error) {
	return g.Series(ctx, rng, 16)
}}

// atLeast makes puzzles of a least rating.
func atLeast(rating int) maker {
	return maker{1, func(ctx context.Context, g *sudoku.Generator, rng *rand.Rand) ([]sudoku.Puzzle, error) {
		s, err := g.Generate(ctx, rng, rating)
		return []sudoku.Puzzle{s}, err
	}}
}

// newPuzzles makes n puzzles on all processors and shows how far it is. Those that are
// made at a time depend on the seed and their place alone.
func (p *program) newPuzzles(ctx context.Context, n int, seed uint64, m maker) ([]sudoku.Puzzle, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	puzzles := make([]sudoku.Puzzle, n)
	counter := newCounter(p.stderr, "generated", n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var g sudoku.Generator
			for {
				i := int(next.Add(1) - 1)
				if i*m.size >= n {
					return
				}
				made, err := m.make(ctx, &g, rand.New(rand.NewPCG(seed, uint64(i))))
				if err != nil {
					cancel(err)
					return
				}
				for range copy(puzzles[i*m.size:], made) {
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
