package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTurnTo(t *testing.T) {
	var s Solver
	g := s.fullGrid(newRNG(1))
	seen := map[Grid]bool{}
	for i := range copiesByCell {
		turned := turnTo(&g, i)
		require.Equal(t, 1, s.Count(turned, 2))
		require.False(t, seen[turned])
		seen[turned] = true
	}
	require.Equal(t, g, turnTo(&g, 0))
}
