package reread_test

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
)

// Think shows what Solve would stop at, step by step.
func TestThink(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range optionCases {
			for _, p := range puzzles(6) {
				want, n := byHand(t, m, p, c.o), 0
				for s, err := range reread.Think(t.Context(), m, p, &c.o) {
					require.NoError(t, err)
					n++
					require.Equal(t, n, s.N)
					require.Empty(t, s.State)
					require.Len(t, s.Logits, 16*5)
					if n == want.Steps {
						require.Equal(t, want.Tokens, s.Tokens)
						require.Equal(t, want.Confidence, s.Confidence)
						require.Equal(t, want.Margin, s.Margin)
					}
				}
				require.Equal(t, want.Steps, n, "%s, %s", name, c.name)
			}
		}
	}
}

// moment is a copy of what a step shows.
type moment struct {
	n      int
	state  string
	tokens []int32
	margin float32
	states [][]float32
}

func momentOf(s *reread.Step) moment {
	m := moment{n: s.N, state: s.State, tokens: slices.Clone(s.Tokens), margin: s.Margin}
	for _, z := range s.States {
		m.states = append(m.states, slices.Clone(z))
	}
	return m
}

func thoughts(t *testing.T, m *nn.Model, p reread.Puzzle, o *reread.Options) (out []moment) {
	t.Helper()
	for s, err := range reread.Think(t.Context(), m, p, o) {
		require.NoError(t, err)
		out = append(out, momentOf(s))
	}
	return out
}

// With updates, every change of a latent state is shown, in the order of the
// papers, one state at a time, without changing what comes of it.
func TestThinkUpdates(t *testing.T) {
	order := map[string][]string{
		"trm":                        {"z_L", "z_L", "z_H", "z_L", "z_L", "z_H"},
		"hrm":                        {"z_L", "z_L", "z_H", "z_L", "z_L", "z_H"},
		"trm softmax, single latent": {"z_L", "z_L", "z_L", "z_L", "z_L", "z_L"},
	}
	for name, m := range models(t) {
		p := puzzles(1)[0]
		plain := thoughts(t, m, p, nil)
		var ends []moment
		var names []string
		all := thoughts(t, m, p, &reread.Options{Updates: true})
		for i, v := range all {
			if v.state == "" {
				require.Equal(t, order[name], names, name)
				names, ends = nil, append(ends, v)
				require.Equal(t, all[i-1].tokens, v.tokens, "the answer is read off the state updated last")
				continue
			}
			names = append(names, v.state)
			if i == 0 {
				continue
			}
			for s, z := range v.states {
				changed := !slices.Equal(z, all[i-1].states[s])
				require.Equal(t, m.States()[s] == v.state, changed, "update %d, state %d", i, s)
			}
		}
		require.Equal(t, plain, ends)
	}
}

// Leaving the loop halts, in the midst of a step too, and the next loop starts
// anew.
func TestThinkHalts(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, m := range models(t) {
		s, err := reread.NewSolver(m, &reread.Options{Updates: true})
		require.NoError(t, err)
		p := puzzles(1)[0]
		want := thoughts(t, m, p, &reread.Options{Updates: true})
		for _, stop := range []int{1, 3, 6, 7, 9} {
			var got []moment
			for v, err := range s.Think(t.Context(), p) {
				require.NoError(t, err)
				if got = append(got, momentOf(v)); len(got) == stop {
					break
				}
			}
			require.Equal(t, want[:stop], got)
		}
		s.Close()
	}
	requireNoGoroutines(t, before)
}

func TestThinkErrors(t *testing.T) {
	m := models(t)["trm"]
	bad := puzzles(1)[0]
	bad.Tokens[2] = -7
	n := 0
	for s, err := range reread.Think(t.Context(), m, bad, nil) {
		n++
		require.Nil(t, s)
		require.ErrorContains(t, err, "reread: nn: token -7 in cell 2")
	}
	require.Equal(t, 1, n)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n = 0
	for _, err := range reread.Think(ctx, m, puzzles(1)[0], nil) {
		if n++; n == 2 {
			cancel()
		}
		if n > 2 {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	require.Equal(t, 3, n)
}
