package reread_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
)

// A model reads a puzzle and improves its answer until the answer keeps the
// rules.
func Example() {
	model, err := pretrained.Load()
	if err != nil {
		log.Fatal(err)
	}
	puzzle, err := sudoku.Parse("569.2..84...48.6.2.8..9.73.4..167...73...8.6.6.834...1...87...617.5..9...239...47")
	if err != nil {
		log.Fatal(err)
	}
	answers, err := reread.Solve(context.Background(), model, []reread.Puzzle{{Tokens: puzzle.AppendTokens(nil)}}, nil)
	if err != nil {
		log.Fatal(err)
	}
	grid, err := sudoku.FromTokens(answers[0].Tokens)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("keeps the givens:", grid.Extends(puzzle))
	fmt.Println("solved:", grid.Solved())
	// Output:
	// keeps the givens: true
	// solved: true
}

// Thinking is a loop, and leaving it is halting.
func ExampleThink() {
	model, err := pretrained.Load()
	if err != nil {
		log.Fatal(err)
	}
	puzzle, err := sudoku.Parse("569.2..84...48.6.2.8..9.73.4..167...73...8.6.6.834...1...87...617.5..9...239...47")
	if err != nil {
		log.Fatal(err)
	}
	for step, err := range reread.Think(context.Background(), model, reread.Puzzle{Tokens: puzzle.AppendTokens(nil)}, nil) {
		if err != nil {
			log.Fatal(err)
		}
		if step.Margin > 0 {
			fmt.Println("the model calls its answer right")
			break
		}
	}
	// Output:
	// the model calls its answer right
}

// Each further line of thought reads the puzzle in another of its symmetric forms,
// under noise of its own, until an answer keeps the rules.
func ExampleRollouts() {
	model, err := pretrained.Load()
	if err != nil {
		log.Fatal(err)
	}
	puzzle, err := sudoku.Parse("569.2..84...48.6.2.8..9.73.4..167...73...8.6.6.834...1...87...617.5..9...239...47")
	if err != nil {
		log.Fatal(err)
	}
	options := &reread.Options{
		Accept: func(p reread.Puzzle, answer []int32) bool { return sudoku.Keeps(p.Tokens, answer) },
		Noise:  0.1,
		Rollouts: &reread.Rollouts{
			Lines: 8,
			View: func(_ reread.Puzzle, _ int, rng *rand.Rand) reread.View {
				s := sudoku.RandomSymmetry(rng)
				return reread.View{Cells: s.Cells(), Tokens: s.Tokens()}
			},
		},
	}
	answers, err := reread.Solve(context.Background(), model, []reread.Puzzle{{Tokens: puzzle.AppendTokens(nil)}}, options)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("solved:", answers[0].Accepted)
	fmt.Println("lines of thought:", answers[0].Lines)
	// Output:
	// solved: true
	// lines of thought: 1
}
