package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestByGivens(t *testing.T) {
	for _, p := range generated(t, 4) {
		m := byGivens(&p.Question)
		for cell, given := range p.Question {
			for d := uint8(1); d <= 9; d++ {
				g := p.Question
				g[cell] = d
				want := d == given || given == 0 && g.Consistent()
				require.Equal(t, want, m[cell]&mark(d) != 0)
			}
		}
	}
}

func TestDeduce(t *testing.T) {
	var s Solver
	fewer := 0
	for _, p := range generated(t, 4) {
		givens, m := byGivens(&p.Question), s.deduce(&p.Question)
		for cell, d := range p.Solution {
			require.NotZero(t, m[cell]&mark(d))
			require.Zero(t, m[cell]&^givens[cell])
			if m[cell] != givens[cell] {
				fewer++
			}
		}
		require.Equal(t, byGivens(&p.Solution), s.deduce(&p.Solution))
	}
	require.Positive(t, fewer)
	require.Zero(t, s.deduce(&Grid{1, 1}))
	noNine := Grid{1, 2, 3, 4, 5, 6, 7, 8, 80: 9} // which leaves nothing for cell 8
	require.True(t, noNine.Consistent())
	require.Zero(t, s.deduce(&noNine))
}
