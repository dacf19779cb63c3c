package sudoku

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// withstandsByHand tries every candidate from the start again after each success,
// on a grid and a list of what is ruled out.
func withstandsByHand(g *Grid) bool {
	type candidate struct{ cell, digit int }
	out := map[candidate]bool{}
	var s Solver
	position := func() (*solverState, bool) {
		s.load(g)
		st := &s.stack[0]
		for c := range out {
			st.cand[c.cell/27][c.digit] &^= 1 << (c.cell % 27)
		}
		return st, st.propagate(&s.patterns)
	}
	refuted := func(c candidate) bool {
		st, _ := position()
		if st.cand[c.cell/27][c.digit]&(1<<(c.cell%27)) == 0 {
			return false // known already
		}
		for e := range 9 {
			if e != c.digit {
				st.cand[c.cell/27][e] &^= 1 << (c.cell % 27)
			}
		}
		st.dirty = allDigits
		return !st.propagate(&s.patterns)
	}
	for again := true; again; {
		again = false
		for cell := range Cells {
			for digit := range 9 {
				if c := (candidate{cell, digit}); !again && refuted(c) {
					out[c], again = true, true
				}
			}
		}
	}
	st, _ := position()
	return st.open()
}

func TestWithstandsTrials(t *testing.T) {
	var s Solver
	var g Generator
	rng := newRNG(5)
	for _, rating := range []int{0, 0, 0, 1, 5, 20} {
		p, err := g.Generate(t.Context(), rng, rating)
		require.NoError(t, err)
		require.Equal(t, withstandsByHand(&p.Question), s.withstandsTrials(&p.Question))
	}
	for _, puzzle := range exocets()[:3] {
		g := mustGrid(t, puzzle)
		require.True(t, withstandsByHand(&g))
		require.True(t, s.withstandsTrials(&g))
	}
	solved := s.fullGrid(rng)
	require.False(t, s.withstandsTrials(&solved))
	require.False(t, s.withstandsTrials(&Grid{1, 1}))
	require.True(t, s.withstandsTrials(&Grid{}))
}

// TestWithstandsFewTrials counts the trials that succeed.
func TestWithstandsFewTrials(t *testing.T) {
	var s Solver
	some := 0
	for _, puzzle := range exocets()[:20] {
		g := mustGrid(t, puzzle)
		require.True(t, s.deduceFirst(&g))
		n := 0
		for before := -1; n != before; {
			before = n
			n = Cells - s.tryAll(Cells-n)
		}
		require.True(t, s.withstands(&g, n))
		require.False(t, n > 0 && s.withstands(&g, n-1))
		some += n
	}
	require.Positive(t, some)
}
