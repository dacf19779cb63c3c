package anysize_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data/sudoku/anysize"
)

// A puzzle of 6 x 6 cells is made and solved.
func Example() {
	boxes := anysize.Boxes{Height: 2, Width: 3}
	generator, err := anysize.NewGenerator(boxes)
	if err != nil {
		fmt.Println(err)
		return
	}
	puzzle, err := generator.Generate(context.Background(), rand.New(rand.NewPCG(1, 2)), 12)
	if err != nil {
		fmt.Println(err)
		return
	}
	solver, err := anysize.NewSolver(boxes)
	if err != nil {
		fmt.Println(err)
		return
	}
	solution, found, err := solver.Solve(context.Background(), puzzle.Question)
	fmt.Println(puzzle.Question, puzzle.Question.Givens(), "givens")
	fmt.Println(solution, found, err)
	// Output:
	// 2..4......31.....3..416.34.....6...4 12 givens
	// 213456456231621543534162342615165324 true <nil>
}
