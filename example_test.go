package reread_test

import (
	"context"
	"fmt"
	"log"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
)

// A model reads a puzzle and improves its answer until the answer keeps the
// rules.
func Example() {
	model, err := reread.Load("examples/sudoku/pretrained/units.safetensors")
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
	model, err := reread.Load("examples/sudoku/pretrained/units.safetensors")
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
