package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/command"
)

// leastSide and mostSide bound the squares that mazes are made of.
const leastSide, mostSide = 5, 60

// source makes an endless row of square mazes, of which each depends on the seed and
// its number alone. At least how many moves a shortest path takes is drawn evenly from
// the side of the square, 13 at 13 x 13, to what makes a maze as hard as the published
// ones, 40 there. A source is not safe for concurrent use.
type source struct {
	shape maze.Shape
	seed  uint64
	lot   lot
	moves int // of a path at least; 0: drawn
	maker maze.Generator
}

// lot keeps mazes for training apart from others of the same seed.
type lot uint64

const (
	forTests lot = iota
	forTraining
)

func newSource(side int, seed uint64, l lot) (*source, error) {
	if side < leastSide || side > mostSide {
		return nil, command.BadInput("mazes of %d x %d cells, want sides of %d to %d", side, side, leastSide, mostSide)
	}
	return &source{shape: maze.Shape{Height: side, Width: side}, seed: seed, lot: l}, nil
}

// maze makes the maze of a number.
func (s *source) maze(ctx context.Context, n uint64) (maze.Puzzle, error) {
	rng := rand.New(rand.NewPCG(s.seed, n<<1|uint64(s.lot)))
	least := s.moves
	if least == 0 {
		least = s.shape.Width + rng.IntN(s.shape.HardLength()-s.shape.Width+1)
	}
	return s.maker.Generate(ctx, rng, s.shape, least)
}

// first makes the first n mazes.
func (s *source) first(ctx context.Context, n int) ([]maze.Puzzle, error) {
	puzzles := make([]maze.Puzzle, n)
	for i := range puzzles {
		var err error
		if puzzles[i], err = s.maze(ctx, uint64(i)); err != nil {
			return nil, fmt.Errorf("maze %d: %w", i+1, err)
		}
	}
	return puzzles, nil
}

// At implements train.Feed.
func (s *source) At(n uint64, inputs, labels []int32) (int32, error) {
	p, err := s.maze(context.Background(), n)
	if err != nil {
		return 0, err
	}
	p.Question.AppendTokens(inputs[:0])
	p.Solution.AppendTokens(labels[:0])
	return 0, nil
}

// SeqLen, VocabSize and NumPuzzleIDs are those of data.Rows, by which training knows
// what a model has to be like.
func (s *source) SeqLen() int       { return s.shape.Cells() }
func (s *source) VocabSize() int    { return maze.Vocab }
func (s *source) NumPuzzleIDs() int { return 1 }
