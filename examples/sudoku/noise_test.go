package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The weights in the program have noise of their own, which -1 turns off.
func TestNoiseFlags(t *testing.T) {
	margin := func(flags ...string) float64 {
		r := call(t, "", append(append([]string{"solve", "-steps", "1", "-format", "json"}, flags...), hard)...)
		return parseSolution(t, r.stdout).Margin
	}
	quiet, noisy := margin("-noise", "-1"), margin("-noise", "0.5", "-seed", "3")
	require.Equal(t, quiet, margin("-noise", "-1", "-seed", "3"))
	require.NotEqual(t, quiet, noisy)
	require.NotEqual(t, noisy, margin("-noise", "0.5", "-seed", "4"))
	require.Equal(t, margin(), margin("-noise", "0.5", "-seed", "0"))

	supposing := margin("-noise", "-1", "-steps", "2", "-hypotheses", "0.5")
	require.NotEqual(t, margin("-noise", "-1", "-steps", "2", "-hypotheses", "-1"), supposing)
	require.NotEqual(t, margin("-noise", "-1", "-steps", "2", "-hypotheses", "0.6"), supposing)

	s := evalJSON(t, "eval", "-data", "puzzles.csv", "-n", "1", "-steps", "1", "-noise", "0.5", "-hypotheses", "0.25", "-seed", "3").Settings
	require.Equal(t, float32(0.5), s.Noise)
	require.Equal(t, float32(0.25), s.Hypotheses)
	require.Equal(t, uint64(3), s.Seed)
	require.Equal(t, 2, call(t, "", "solve", "-noise", "NaN", hard).code)
	require.Equal(t, 2, call(t, "", "solve", "-hypotheses", "NaN", hard).code)
}
