package sudoku

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

// searchStarts makes n puzzles around exocets.
func searchStarts(t *testing.T, n int) []state {
	t.Helper()
	var w walk
	rng := newRNG(13)
	var list []state
	for len(list) < n {
		list = append(list, w.starts(t.Context(), rng)...)
	}
	return list[:n]
}

func TestExocet(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hard puzzles for seconds")
	}
	var s Solver
	for _, st := range searchStarts(t, 30) {
		p, x := st.puzzle, st.plan
		require.Equal(t, 1, s.Count(p, 2))
		requireMinimal(t, p)
		m := s.deduce(&p)
		require.Equal(t, 4, bits.OnesCount16(m[1]|m[2]))
		require.True(t, x.holds(&m))
		found := exocet{}
		require.True(t, found.find(&m))
		require.True(t, found.holds(&m))
		require.Equal(t, x.digits, found.digits)
		// What makes it an exocet: the targets have the digits of the base.
		base := mark(x.solution[1]) | mark(x.solution[2])
		require.Equal(t, base, mark(x.solution[x.targets[0]])|mark(x.solution[x.targets[1]]))
		for i, c := range x.companions {
			require.Equal(t, x.targets[i]%9, c%9)
			require.NotEqual(t, x.targets[i]/9, c/9)
		}
	}
}

// linesByHand returns how few of the rows below the band and the three columns have all
// cells where a digit can be.
func linesByHand(x *exocet, m *marks, digit uint16) int {
	fewest := 9
	for lines := range 1 << 9 {
		inLine := func(cell int) bool {
			if r := cell/9 - 3; lines>>r&1 != 0 {
				return true
			}
			for i, c := range [3]int{0, x.targets[0] % 9, x.targets[1] % 9} {
				if cell%9 == c && lines>>(6+i)&1 != 0 {
					return true
				}
			}
			return false
		}
		all := true
		for cell := 27; cell < Cells; cell++ {
			all = all && (!x.crosses(cell) || m[cell]&digit == 0 || inLine(cell))
		}
		if all {
			fewest = min(fewest, bits.OnesCount(uint(lines)))
		}
	}
	return fewest
}

func TestExocetLines(t *testing.T) {
	rng := newRNG(14)
	x := exocet{targets: [2]int{12, 25}}
	seen := map[bool]int{}
	for range 300 {
		var m marks
		for range 2 + rng.IntN(6) {
			m[27+rng.IntN(54)] = 1
		}
		want := linesByHand(&x, &m, 1) <= 2
		require.Equal(t, want, x.inTwoLines(&m, 1))
		seen[want]++
	}
	require.Len(t, seen, 2)
}
