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

// TestTurnToCells follows the cells by their numbers.
func TestTurnToCells(t *testing.T) {
	var numbers Grid
	for cell := range numbers {
		numbers[cell] = uint8(cell)
	}
	first := map[uint8]int{}
	for i := range copiesByCell {
		turned := turnTo(&numbers, i)
		first[turned[0]]++
	}
	require.Len(t, first, Cells)
	for cell, n := range first {
		require.Equal(t, 2, n, cell)
	}

	boxes := map[uint8]int{}
	for i := range copiesByBox {
		turned := turnBoxes(&numbers, i)
		boxes[turned[0]]++
		for cell, from := range turned {
			require.Equal(t, cellBox[turned[0]] == cellBox[from], cellBox[cell] == 0)
		}
	}
	require.Equal(t, map[uint8]int{0: 2, 3: 2, 6: 2, 27: 2, 30: 2, 33: 2, 54: 2, 57: 2, 60: 2}, boxes)
}
