package reread_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// Noise and hypotheses depend on the seed, the puzzle and the step alone.
func TestNoise(t *testing.T) {
	for _, c := range []struct {
		name              string
		none, some, other reread.Options
	}{
		{"noise", reread.Options{Noise: -1}, reread.Options{Noise: 0.5}, reread.Options{Noise: 0.6}},
		{"hypotheses", reread.Options{Hypotheses: -1}, reread.Options{Hypotheses: 4}, reread.Options{Hypotheses: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, m := range models(t) {
				t.Run(name, func(t *testing.T) { testNoise(t, m, c.none, c.some, c.other) })
			}
		})
	}
}

func testNoise(t *testing.T, m *nn.Model, none, some, other reread.Options) {
	ps := puzzles(40)
	solve := func(o reread.Options, seed uint64) []reread.Answer {
		o.Seed = seed
		got, err := reread.Solve(t.Context(), m, ps, &o)
		require.NoError(t, err)
		return got
	}
	quiet := solve(reread.Options{}, 0)
	require.Equal(t, quiet, solve(none, 5))

	want := solve(some, 5)
	require.NotEqual(t, quiet, want)
	require.NotEqual(t, want, solve(some, 6))
	require.NotEqual(t, want, solve(other, 5))
	for _, workers := range []int{1, 3, 50} {
		some.Workers = workers
		require.Equal(t, want, solve(some, 5), "%d workers", workers)
	}
	some.Seed = 5
	for i, p := range ps[:3] {
		var last *reread.Step
		for s, err := range reread.Think(t.Context(), m, p, &some) {
			require.NoError(t, err)
			last = s
		}
		require.Equal(t, want[i].Margin, last.Margin)
		require.Equal(t, want[i].Tokens, last.Tokens)
	}
	slices.Reverse(ps)
	got := solve(some, 5)
	slices.Reverse(got)
	require.Equal(t, want, got)
}

// What a step answers is seen before there are hypotheses about it.
func TestHypothesesFollowTheStep(t *testing.T) {
	for name, m := range models(t) {
		first := func(o *reread.Options) (tokens []int32, states [][]float32) {
			for s, err := range reread.Think(t.Context(), m, puzzles(1)[0], o) {
				require.NoError(t, err)
				for _, z := range s.States {
					states = append(states, slices.Clone(z))
				}
				return slices.Clone(s.Tokens), states
			}
			return nil, nil
		}
		tokens, states := first(nil)
		supposed, after := first(&reread.Options{Hypotheses: 8})
		require.Equal(t, tokens, supposed, name)
		require.Equal(t, states, after, name)
	}
}

// A model has noise and hypotheses of its own, unless the options say otherwise.
func TestNoiseOfTheModel(t *testing.T) {
	model := func(noise, hypotheses float32) *nn.Model {
		arch := smallArch()
		arch.StateNoise, arch.Hypotheses = noise, hypotheses
		m, err := trm.New(trm.Config{Arch: arch}, rand.New(rand.NewPCG(1, 2)))
		require.NoError(t, err)
		return m
	}
	solve := func(m *nn.Model, o *reread.Options) []reread.Answer {
		got, err := reread.Solve(t.Context(), m, puzzles(5), o)
		require.NoError(t, err)
		return got
	}
	quiet, noisy, both := model(0, 0), model(0.5, 0), model(0.5, 4)
	require.Equal(t, solve(quiet, &reread.Options{Noise: 0.5}), solve(noisy, nil))
	require.Equal(t, solve(quiet, &reread.Options{Noise: 0.5, Hypotheses: 4}), solve(both, nil))
	require.Equal(t, solve(quiet, nil), solve(noisy, &reread.Options{Noise: -1}))
	require.Equal(t, solve(noisy, nil), solve(both, &reread.Options{Hypotheses: -1}))
	require.NotEqual(t, solve(quiet, nil), solve(noisy, nil))
	require.NotEqual(t, solve(noisy, nil), solve(both, nil))

	for _, bad := range []float64{math.NaN(), math.Inf(1), 1025} {
		_, err := reread.NewSolver(noisy, &reread.Options{Noise: float32(bad)})
		require.ErrorContains(t, err, fmt.Sprintf("reread: noise of %v, want at most 1024", bad))
		_, err = reread.NewSolver(noisy, &reread.Options{Hypotheses: float32(bad)})
		require.ErrorContains(t, err, fmt.Sprintf("reread: hypotheses of %v, want at most 1024", bad))
	}
}
