package sudoku

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

// plans returns n plans and the solutions that they are of.
func plans(t *testing.T, n int) []oddagon {
	t.Helper()
	var s Solver
	rng := newRNG(11)
	var list []oddagon
	for len(list) < n {
		solution := s.fullGrid(rng)
		for i := range copiesByBox {
			var o oddagon
			if turned := turnBoxes(&solution, i); o.plan(&turned) {
				require.Equal(t, turned, o.solution)
				list = append(list, o)
			}
		}
	}
	return list
}

func seen(a, b int) bool { return a/9 == b/9 || a%9 == b%9 || cellBox[a] == cellBox[b] }

// colourings counts the ways to give the cells from the i-th on one of three digits so
// that none sees its like.
func colourings(cells []int, digits []int) int {
	i := len(digits)
	if i == len(cells) {
		return 1
	}
	n := 0
	for d := range 3 {
		clash := false
		for j, e := range digits {
			clash = clash || e == d && seen(cells[i], cells[j])
		}
		if !clash {
			n += colourings(cells, append(digits, d))
		}
	}
	return n
}

func TestOddagonCannotBeFilled(t *testing.T) {
	for _, o := range plans(t, 40) {
		require.Zero(t, colourings(o.cells[:], nil))
		// Without the guardian they can be.
		rest := make([]int, 0, 11)
		for _, c := range o.cells {
			if c != o.guardian {
				rest = append(rest, c)
			}
		}
		require.Positive(t, colourings(rest, nil))
	}
}

func TestOddagonPlan(t *testing.T) {
	for _, o := range plans(t, 40) {
		require.Equal(t, 3, bits.OnesCount16(o.digits))
		for _, c := range o.cells {
			require.Equal(t, c != o.guardian, o.has(c))
			require.True(t, c/9 < 6 && c%9 < 6)
		}
		require.True(t, o.has(o.extra))
		require.Equal(t, o.guardian/9, o.extra/9)
		require.Equal(t, cellBox[o.guardian], cellBox[o.extra])
		require.NotContains(t, o.cells, o.extra)
		require.Equal(t, o.solution[o.extra], o.solution[o.given[0]])
		for _, c := range append(o.given[:], o.between) {
			require.EqualValues(t, 8, cellBox[c])
			require.Equal(t, o.given[0]%9, c%9)
			require.Equal(t, c != o.between, o.has(c))
		}
		require.Equal(t, o.given[0]/9, o.beside/9)
		require.Equal(t, o.guardian%9, o.beside%9)
	}
}

func TestBeginOddagon(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hard puzzles for seconds")
	}
	var w walk
	s := &w.solver
	rng := newRNG(12)
	for made := 0; made < 3; {
		p, o, ok := beginOddagon(&w, rng)
		if !ok {
			continue
		}
		made++
		require.Equal(t, 1, s.Count(p, 2))
		requireMinimal(t, p)
		require.True(t, withstandsByHand(&p))
		require.LessOrEqual(t, fewestGuardians(t, &p), mostGuardians)
		known := p
		x := o.(*oddagon)
		known[x.guardian] = x.solution[x.guardian]
		require.True(t, withstandsByHand(&known))
	}
}

// fewestGuardians looks for the oddagon with the fewest guardians in all boxes.
func fewestGuardians(t *testing.T, p *Grid) int {
	var s Solver
	fewest := Cells
	for i := range 9 {
		turned := turnBoxes(p, i)
		m := s.deduce(&turned)
		for _, digits := range threeDigits {
			for choice := range 6 * 6 * 6 * 6 {
				o := oddagon{digits: digits}
				left := 0
				for box, k := 0, choice; box < 4; box, k = box+1, k/6 {
					cols := [3]int{int(threes[k%6][0]), int(threes[k%6][1]), int(threes[k%6][2])}
					left += toLeft(cols)
					for r, c := range cols {
						o.cells[3*box+r] = 9*(box/2*3+r) + box%2*3 + c
					}
				}
				if left%2 == 1 {
					fewest = min(fewest, o.guardians(&m))
				}
			}
		}
	}
	return fewest
}
