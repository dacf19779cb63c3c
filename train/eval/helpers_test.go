package eval

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// randomTrails makes trails of any shape, most of which get better with steps.
func randomTrails(rng *rand.Rand, n, steps int, rules bool) []Trail {
	trails := make([]Trail, n)
	for i := range trails {
		t := Trail{Rating: rng.IntN(80) - 10, Counted: []int32{0, 1, 3, 81}[rng.IntN(4)]}
		t.Given = rng.Int32N(t.Counted + 1)
		for step := range steps {
			s := Step{Right: rng.Int32N(t.Counted + 1), Margin: float32(rng.NormFloat64() * 6)}
			if rng.IntN(steps) < step {
				s.Right, s.Margin = t.Counted, s.Margin+3
			}
			s.Accepted = rules && rng.IntN(4) == 0
			t.Steps = append(t.Steps, s)
		}
		trails[i] = t
	}
	return trails
}

func settingsOf(rows, steps int, rules bool) Settings {
	s := Settings{Model: "m", Set: "s", Rows: rows, Steps: steps}
	if rules {
		s.Rules = "sudoku"
	}
	return s
}

func newResult(t testing.TB, s Settings) *Result {
	r, err := New(s)
	require.NoError(t, err)
	return r
}

// counted returns the result of all trails, the row being their position.
func counted(t testing.TB, s Settings, trails []Trail) *Result {
	r := newResult(t, s)
	for i := range trails {
		require.NoError(t, r.Add(i, &trails[i]))
	}
	return r
}
