package sudoku

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func newRNG(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}

func mustGrid(t testing.TB, s string) Grid {
	t.Helper()
	g, err := Parse(s)
	require.NoError(t, err)
	return g
}

// generated makes n puzzles of rising rating, the same ones at every call.
func generated(t testing.TB, n int) []Puzzle {
	t.Helper()
	var g Generator
	rng := newRNG(9)
	puzzles := make([]Puzzle, n)
	for i := range puzzles {
		var err error
		puzzles[i], err = g.Generate(t.Context(), rng, 8*i/n)
		require.NoError(t, err)
	}
	return puzzles
}
