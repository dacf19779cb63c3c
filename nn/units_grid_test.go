package nn

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNeighbourUnits looks up the pairs by the rows and columns of their cells.
func TestNeighbourUnits(t *testing.T) {
	for _, c := range []struct{ prefix, height, width int }{{0, 3, 3}, {1, 3, 5}, {2, 7, 4}, {1, 13, 13}} {
		u := NeighbourUnits(c.prefix, c.height, c.width)
		require.NoError(t, u.validate(c.prefix+c.height*c.width))
		pairs, sides := map[[2]int]bool{}, map[[3]int]int{}
		for kind, units := range u[:6] {
			for _, pair := range units {
				require.Len(t, pair, 2)
				a, b := pair[0]-c.prefix, pair[1]-c.prefix
				require.False(t, pairs[[2]int{a, b}], "the pair %d, %d comes twice", a, b)
				pairs[[2]int{a, b}] = true
				down, right := b/c.width-a/c.width, b%c.width-a%c.width
				require.Equal(t, 1, down+right, "%d is not next to %d", b, a)
				// The colour of a cell tells on which side its neighbour of a kind is.
				for cell, side := range map[int]int{a: 1 + down, b: -1 - down} {
					key := [3]int{(cell/c.width + cell%c.width) % 3, kind}
					if sides[key] == 0 {
						sides[key] = side
					}
					require.Equal(t, sides[key], side)
				}
			}
		}
		require.Len(t, pairs, c.height*(c.width-1)+c.width*(c.height-1))
		require.Len(t, u[6], 1)
		require.Len(t, u[6][0], c.prefix+c.height*c.width)

		prefix, height, width := u.Neighbours()
		require.Equal(t, c, struct{ prefix, height, width int }{prefix, height, width})
	}
}

func TestNeighboursOfOthers(t *testing.T) {
	var none Units
	fewer := NeighbourUnits(1, 4, 5)
	fewer[2] = fewer[2][1:]
	swapped := NeighbourUnits(1, 4, 5)
	swapped[3] = slices.Clone(swapped[3])
	swapped[3][0] = []int{7, 2}
	for name, u := range map[string]Units{
		"none": none, "a sudoku": GridUnits(3, 3), "empty kinds": make(Units, 7), "a pair less": fewer, "a pair the other way round": swapped,
		"too narrow": NeighbourUnits(0, 2, 5),
	} {
		prefix, height, width := u.Neighbours()
		require.Equal(t, [3]int{}, [3]int{prefix, height, width}, name)
	}
}
