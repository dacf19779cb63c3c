package maze

import (
	"errors"
	"fmt"
	"slices"
)

// Solve returns the maze with a shortest path from start to goal marked, and its
// length in moves: one more than there are marked cells. Moves go to one of the four
// neighbours. A grid that [Grid.Check] turns down and a goal that cannot be reached
// are errors.
//
// Of several shortest paths it is the one whose moves come first in the order of a
// dictionary, with down before left before right before up. The published solutions
// are chosen in the same way, all 2000 of them, so that a model can learn which path
// is meant.
func (g Grid) Solve() (solution Grid, moves int, err error) {
	start, goal, err := g.ends()
	if err != nil {
		return Grid{}, 0, fmt.Errorf("maze: %w", err)
	}
	var s search
	s.run(g, start, Free)
	if s.moves[goal] < 0 {
		return Grid{}, 0, errors.New("maze: the goal cannot be reached from the start")
	}
	solution = Grid{g.Shape, slices.Clone(g.Cells)}
	s.mark(solution, goal)
	return solution, int(s.moves[goal]), nil
}

// Solves reports whether g is the maze with a shortest path marked, no matter which:
// all else is as in the maze, and the marked cells lead from start to goal, with none
// to spare.
func (g Grid) Solves(maze Grid) bool {
	start, goal, err := maze.ends()
	if err != nil || g.Shape != maze.Shape || len(g.Cells) != len(maze.Cells) {
		return false
	}
	marked := 0
	for i, c := range g.Cells {
		if c == Path && maze.Cells[i] == Free {
			marked++
		} else if c != maze.Cells[i] {
			return false
		}
	}
	var s search
	s.run(maze, start, Free)
	shortest := s.moves[goal]
	s.run(g, start, Start)
	return shortest > 0 && int(shortest) == marked+1 && s.moves[goal] == shortest
}
