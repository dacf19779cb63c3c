package maze

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSolve(t *testing.T) {
	for name, tt := range map[string]struct {
		maze, solution string
		moves          int
	}{
		"side by side": {"SG", "SG", 1},
		"one above":    {"G\nS", "G\nS", 1},
		"line":         {"S  G  ", "SooG  ", 3},
		"down, left, right, up come first": {
			"  S  \n     \nG    ",
			"  S  \n  o  \nGoo  ", 4},
		"left before right": {
			"  S  \n ### \n  G  ",
			"ooS  \no### \nooG  ", 6},
		"right before up": {
			"  G\n   \nS  ",
			"  G\n  o\nSoo", 4},
		"no turn round an edge": {
			"  S\nG# ",
			"ooS\nG# ", 3},
		"round a wall": {
			"S#   \n # # \n   #G",
			"S#ooo\no#o#o\nooo#G", 10},
	} {
		t.Run(name, func(t *testing.T) {
			maze := mustGrid(t, tt.maze)
			solution, moves, err := maze.Solve()
			require.NoError(t, err)
			require.Equal(t, tt.solution, solution.String())
			require.Equal(t, tt.moves, moves)
			require.Equal(t, tt.maze, maze.String())
			require.True(t, solution.Solves(maze))
		})
	}
	_, _, err := mustGrid(t, "S#G").Solve()
	require.EqualError(t, err, "maze: the goal cannot be reached from the start")
}

func TestSolves(t *testing.T) {
	const maze = "S   \n # #\n   G"
	for name, tt := range map[string]struct {
		answer string
		want   bool
	}{
		"the solution":          {"S   \no# #\noooG", true},
		"another shortest path": {"Soo \n #o#\n  oG", true},
		"no path":               {maze, false},
		"a gap":                 {"S   \no# #\no oG", false},
		"a cell to spare":       {"S  o\no# #\noooG", false},
		"two paths":             {"Soo \no#o#\noooG", false},
		"both but for a cell":   {"So  \no#o#\no oG", false},
		"through a wall":        {"So  \n o #\n ooG", false},
		"another wall":          {"S  #\no# #\noooG", false},
		"a wall gone":           {"S   \no#  \noooG", false},
		"no start":              {"o   \no# #\noooG", false},
		"another goal":          {"S  G\no# #\noooG", false},
		"another shape":         {"S  \no# \noooG"[:11], false},
	} {
		t.Run(name, func(t *testing.T) {
			m, a := mustGrid(t, maze), mustGrid(t, tt.answer)
			require.Equal(t, tt.want, a.Solves(m))
			require.Equal(t, tt.want, m.Shape.Keeps(m.AppendTokens(nil), a.AppendTokens(nil)))
		})
	}
	detour := mustGrid(t, "S G\n   ")
	require.False(t, mustGrid(t, "S G\nooo").Solves(detour), "a path that is not a shortest one")
	closed := mustGrid(t, "S#G")
	require.False(t, closed.Solves(closed))
	require.False(t, Grid{}.Solves(Grid{}))
	require.False(t, Grid{closed.Shape, nil}.Solves(closed))
}
