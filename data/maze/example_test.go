package maze_test

import (
	"fmt"

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
