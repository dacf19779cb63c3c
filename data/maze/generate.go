package maze

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

const (
	// minDensity and maxDensity bound the share of walls. Long shortest paths are
	// found where the free cells are about to fall apart, at some 0.37.
	minDensity, maxDensity = 0.3, 0.5
	// generatedSource is the source of generated puzzles.
	generatedSource = "reread"
)

// HardLength returns the number of moves from which on a maze of the shape is as hard
// as those of Maze-Hard, all of whose paths have 109 moves or more, 110 cells with both
// ends, at 30 x 30: 13 at 5 x 5, 29 at 10 x 10, 67 at 20 x 20. About as many random
// walls, 1 in 200, leave room for a path of that length at each size.
func (s Shape) HardLength() int {
	return int(math.Round(109 * math.Pow(float64(s.Cells())/900, 0.6)))
}

// Generator makes mazes with long shortest paths. The zero value is ready to use; it is
// not safe for concurrent use.
type Generator struct {
	search search
	free   []int // cells of the grid
}

// Generate makes a maze whose shortest paths have at least minMoves moves; see
// [Shape.HardLength]. Its solution is [Grid.Solve]'s, its Rating the length in moves,
// its Source "reread". The same state of rng gives the same maze.
//
// It draws walls until start and goal can be that far apart: each cell is a wall with
// a probability that is drawn from 0.3 to 0.5 for each maze. The start is then any cell
// from which another is far enough away, the goal any of those. There is no wall around
// the grid. A maze of hard length takes 5 ms or so at 30 x 30. The time grows steeply
// with minMoves, and for what the shape has no room for it goes on until ctx ends, whose
// error is then returned.
//
// Maze-Hard looks as if it were made in this way but for the ends, drawn there before it
// is known how far apart they are, which prefers walls with many long paths. What follows
// is of 300 of ours of [Shape.HardLength] and of the 2000 of Maze-Hard: mean, and 5 %,
// median and 95 %.
//
//	                           generated                   Maze-Hard
//	share of walls             0.371   0.33  0.37  0.42    0.372   0.33  0.37  0.42
//	moves                      110.3   109   109   114     113.8   109   112   124
//	moves without walls        19.7    5     17    41      19.9    6     19    39
//	shortest paths, log10      6.7     4.1   6.5   9.8     6.7     4.3   6.6   9.4
//
// So only the paths differ, which are a little shorter. Shortest paths are many in both;
// there are 96 or more in each maze of Maze-Hard.
func (g *Generator) Generate(ctx context.Context, rng *rand.Rand, s Shape, minMoves int) (Puzzle, error) {
	if rng == nil {
		return Puzzle{}, errors.New("maze: generate: no random generator")
	}
	if err := s.check(); err != nil {
		return Puzzle{}, fmt.Errorf("maze: generate: %w", err)
	}
	if minMoves < 1 || minMoves >= s.Cells() {
		return Puzzle{}, fmt.Errorf("maze: generate: %d moves, %v have room for 1 to %d", minMoves, s, s.Cells()-1)
	}
	question := Grid{s, make([]Cell, s.Cells())}
	for {
		if err := ctx.Err(); err != nil {
			return Puzzle{}, fmt.Errorf("maze: generate: %w", err)
		}
		g.drawWalls(rng, question)
		if g.hasRoom(rng, question, minMoves) {
			break
		}
	}
	g.drawEnds(rng, question, minMoves)
	solution, moves, err := question.Solve()
	if err != nil {
		return Puzzle{}, err
	}
	return Puzzle{Source: generatedSource, Question: question, Solution: solution, Rating: moves}, nil
}

func (g *Generator) drawWalls(rng *rand.Rand, maze Grid) {
	// The conversion keeps processors that can add and multiply at once from rounding
	// in another way.
	density := minDensity + float64((maxDensity-minDensity)*rng.Float64())
	g.free = g.free[:0]
	for i := range maze.Cells {
		maze.Cells[i] = Wall
		if rng.Float64() >= density {
			maze.Cells[i] = Free
			g.free = append(g.free, i)
		}
	}
}

// hasRoom reports whether it has found two cells that are far enough apart. It can
// miss some: it looks only from a cell that is farthest from a random one, as two
// searches are much faster than one from each cell.
func (g *Generator) hasRoom(rng *rand.Rand, maze Grid, minMoves int) bool {
	if len(g.free) <= minMoves {
		return false
	}
	g.search.run(maze, g.randomFree(rng), Free)
	g.search.run(maze, g.search.farthest(), Free)
	return g.reach() >= minMoves
}

// drawEnds puts start and goal into walls that have room for them.
func (g *Generator) drawEnds(rng *rand.Rand, maze Grid, minMoves int) {
	start := g.randomFree(rng)
	for g.search.run(maze, start, Free); g.reach() < minMoves; g.search.run(maze, start, Free) {
		start = g.randomFree(rng)
	}
	// Cells were reached in the order of their distance.
	near := 0
	for int(g.search.moves[g.search.reached[near]]) < minMoves {
		near++
	}
	far := g.search.reached[near:]
	maze.Cells[start], maze.Cells[far[rng.IntN(len(far))]] = Start, Goal
}

func (g *Generator) randomFree(rng *rand.Rand) int { return g.free[rng.IntN(len(g.free))] }

// reach returns the moves to the farthest cell of the last search.
func (g *Generator) reach() int { return int(g.search.moves[g.search.farthest()]) }
