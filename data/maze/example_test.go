package maze_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/data/maze"
)

func ExampleGrid_Solve() {
	g, err := maze.Parse(`
#######
#S    #
# ### #
#   #G#
#######`[1:])
	if err != nil {
		fmt.Println(err)
		return
	}
	solution, moves, err := g.Solve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(solution)
	fmt.Println(moves, "moves")
	fmt.Println(solution.Solves(g))
	// Output:
	// #######
	// #Soooo#
	// # ###o#
	// #   #G#
	// #######
	// 6 moves
	// true
}

func ExampleGenerator() {
	var g maze.Generator
	rng := rand.New(rand.NewPCG(1, 2))
	s := maze.Shape{Height: 10, Width: 10}
	p, err := g.Generate(context.Background(), rng, s, s.HardLength())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("long enough:", p.Rating >= 29)
	fmt.Println("solved:", p.Solution.Solves(p.Question))
	// Output:
	// long enough: true
	// solved: true
}
