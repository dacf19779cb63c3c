package sudoku_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/data"
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

// Puzzles to train on are drawn, each time as another symmetric copy; those to
// evaluate on are taken as they are.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "sudoku")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "puzzles.csv")
	err = os.WriteFile(path, []byte(`source,question,answer,rating
mine,...1..9..8.3.....542.....3......1....3.87....6.4....5..8..97......2..16....5.....,765132984893764215421985637278451396539876421614329758182697543357248169946513872,31
`), 0o666)
	if err != nil {
		fmt.Println(err)
		return
	}

	set, err := sudoku.Open(path) // or the folders of data sets, or both
	if err != nil {
		fmt.Println(err)
		return
	}
	defer set.Close()
	rows, err := sudoku.Augment(set.Groups())
	if err != nil {
		fmt.Println(err)
		return
	}
	stream, err := data.NewSampler(rows, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	inputs, labels := make([]int32, sudoku.Cells), make([]int32, sudoku.Cells)
	if _, err := stream.At(1000, inputs, labels); err != nil {
		fmt.Println(err)
		return
	}
	solution, err := sudoku.FromTokens(labels)
	fmt.Println("solved:", solution.Solved(), err)

	held := data.Spread(set.Examples(), 256)
	fmt.Println("rating:", data.Rating(held, 0))
	// Output:
	// solved: true <nil>
	// rating: 31
}
