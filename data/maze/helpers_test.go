package maze

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func newRNG(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}

func mustGrid(t testing.TB, text string) Grid {
	t.Helper()
	g, err := Parse(text)
	require.NoError(t, err)
	return g
}
