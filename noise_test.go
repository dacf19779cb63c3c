package reread_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// Noise depends on the seed, the puzzle and the step alone.
func TestNoise(t *testing.T) {
	for name, m := range models(t) {
		ps := puzzles(40)
		quiet, err := reread.Solve(t.Context(), m, ps, nil)
		require.NoError(t, err)
		solve := func(o reread.Options) []reread.Answer {
			got, err := reread.Solve(t.Context(), m, ps, &o)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, quiet, solve(reread.Options{Noise: -1, Seed: 5}), name)

		want := solve(reread.Options{Noise: 0.5, Seed: 5})
		require.NotEqual(t, quiet, want)
		require.NotEqual(t, want, solve(reread.Options{Noise: 0.5, Seed: 6}))
		require.NotEqual(t, want, solve(reread.Options{Noise: 0.6, Seed: 5}))
		for _, workers := range []int{1, 3, 50} {
			require.Equal(t, want, solve(reread.Options{Noise: 0.5, Seed: 5, Workers: workers}), "%d workers", workers)
		}
		for i, p := range ps[:3] {
			var last *reread.Step
			for s, err := range reread.Think(t.Context(), m, p, &reread.Options{Noise: 0.5, Seed: 5}) {
				require.NoError(t, err)
				last = s
			}
			require.Equal(t, want[i].Margin, last.Margin)
			require.Equal(t, want[i].Tokens, last.Tokens)
		}
		slices.Reverse(ps)
		got := solve(reread.Options{Noise: 0.5, Seed: 5})
		slices.Reverse(got)
		require.Equal(t, want, got)
	}
}

// A model has noise of its own, unless the options say otherwise.
func TestNoiseOfTheModel(t *testing.T) {
	model := func(noise float32) *nn.Model {
		arch := smallArch()
		arch.StateNoise = noise
		m, err := trm.New(trm.Config{Arch: arch}, rand.New(rand.NewPCG(1, 2)))
		require.NoError(t, err)
		return m
	}
	solve := func(m *nn.Model, o *reread.Options) []reread.Answer {
		got, err := reread.Solve(t.Context(), m, puzzles(5), o)
		require.NoError(t, err)
		return got
	}
	noisy, quiet := model(0.5), model(0)
	require.Equal(t, solve(quiet, &reread.Options{Noise: 0.5}), solve(noisy, nil))
	require.Equal(t, solve(quiet, nil), solve(noisy, &reread.Options{Noise: -1}))
	require.NotEqual(t, solve(quiet, nil), solve(noisy, nil))

	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		_, err := reread.NewSolver(noisy, &reread.Options{Noise: float32(bad)})
		require.ErrorContains(t, err, "reread: noise of")
	}
}
