package reread_test

import (
	"context"
	"fmt"
	"log"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// A model reads a puzzle and improves its answer until it calls it right.
func Example() {
	model, err := trm.Load("examples/sudoku/small.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	puzzle, err := sudoku.Parse("569.2..84...48.6.2.8..9.73.4..167...73...8.6.6.834...1...87...617.5..9...239...47")
	if err != nil {
		log.Fatal(err)
	}
	answers, err := nn.Infer(context.Background(), model, [][]int32{puzzle.AppendTokens(nil)}, nil, 0)
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
