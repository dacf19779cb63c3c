package sudoku_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data/sudoku"
)

func ExampleSymmetry() {
	solution, err := sudoku.Parse("765132984893764215421985637278451396539876421614329758182697543357248169946513872")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := sudoku.RandomSymmetry(rand.New(rand.NewPCG(1, 2)))
	image := s.Apply(solution)
	fmt.Println(image != solution, image.Solved())
	fmt.Println(s.Inverse().Apply(image) == solution)
	// Output:
	// true true
	// true
}

func ExampleSolver() {
	puzzle, err := sudoku.Parse("...1..9..8.3.....542.....3......1....3.87....6.4....5..8..97......2..16....5.....")
	if err != nil {
		fmt.Println(err)
		return
	}
	var s sudoku.Solver
	solution, guesses, ok := s.Solve(puzzle)
	fmt.Println(ok, guesses > 0)
	fmt.Println(solution)
	fmt.Println("solutions:", s.Count(puzzle, 2))
	// Output:
	// true true
	// 765132984893764215421985637278451396539876421614329758182697543357248169946513872
	// solutions: 1
}

func ExampleGenerator() {
	var g sudoku.Generator
	rng := rand.New(rand.NewPCG(1, 2))
	p, err := g.Generate(context.Background(), rng, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	var s sudoku.Solver
	fmt.Println("solutions:", s.Count(p.Question, 2))
	fmt.Println("hard enough:", p.Rating >= 5)
	// Output:
	// solutions: 1
	// hard enough: true
}
