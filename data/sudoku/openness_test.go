package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenness(t *testing.T) {
	var s Solver
	rng := newRNG(17)
	seen := map[bool]int{}
	for _, p := range generated(t, 16) {
		open := s.openness(&p.Question)
		_, guesses, _ := s.Solve(p.Question)
		require.Equal(t, guesses > 0, open > 0)
		seen[guesses > 0]++
		// All trials of a round are of one position, so that their order is nothing.
		turned := RandomSymmetry(rng).Apply(p.Question)
		require.Equal(t, open, s.openness(&turned))
		require.Less(t, open, leastOpen)
	}
	require.Len(t, seen, 2)
	for _, puzzle := range exocets()[:20] {
		g := mustGrid(t, puzzle)
		require.GreaterOrEqual(t, s.openness(&g), leastOpen)
	}
	require.Zero(t, s.openness(&Grid{1, 1}))
}
