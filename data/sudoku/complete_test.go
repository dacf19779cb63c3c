package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestComplete(t *testing.T) {
	var s Solver
	rng := newRNG(20)
	solution := s.fullGrid(rng)
	var g Grid
	require.True(t, s.complete(rng, &g, &solution, func(p *Grid, cell int) bool {
		require.Equal(t, solution[cell], p[cell])
		return cell%9 > 0
	}))
	require.Equal(t, 1, s.Count(g, 2))
	require.True(t, solution.Extends(g))
	for r := range 9 {
		require.Zero(t, g[9*r])
	}
	// Without the first two rows these can be exchanged.
	g = Grid{}
	require.False(t, s.complete(rng, &g, &solution, func(_ *Grid, cell int) bool { return cell >= 18 }))
	require.Equal(t, make([]uint8, 18), g[:18])
}
