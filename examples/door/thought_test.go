package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/trm"
)

func TestThink(t *testing.T) {
	for _, kind := range []string{hrm.Kind, trm.Kind} {
		m, err := load(kind, "")
		require.NoError(t, err)
		l := layouts{unseen}.layout(3)
		const steps = 3
		var thoughts []thought
		require.NoError(t, think(t.Context(), m, &l, steps, func(s *thought) error { thoughts = append(thoughts, *s); return nil }))
		require.NotEmpty(t, thoughts)
		for i, s := range thoughts {
			require.Equal(t, i+1, s.n)
			stopped := i+1 == len(thoughts) && len(thoughts) < steps
			require.True(t, s.margin > 0 == stopped || i+1 == steps, "it stops where it calls its plan right")
			require.Len(t, s.updates, m.Arch().HCycles*(m.Arch().LCycles+1))
			for _, u := range s.updates {
				require.GreaterOrEqual(t, u.change, 0.0)
				require.LessOrEqual(t, u.changed, world.Cells)
			}
			// The plan at the end is that of the last update.
			route, end := l.Act(&s.plan)
			last := s.updates[len(s.updates)-1]
			require.Equal(t, "z_H", last.state)
			require.Equal(t, end, last.end)
			require.Equal(t, len(route)-1, last.moves)
		}
		answers, err := reread.Solve(t.Context(), m, []reread.Puzzle{puzzle(&l)}, &reread.Options{Steps: len(thoughts)})
		require.NoError(t, err)
		require.Equal(t, answers[0].Tokens, thoughts[len(thoughts)-1].plan.AppendTokens(nil))
	}
}

func TestThinkStops(t *testing.T) {
	m, err := load(hrm.Kind, "")
	require.NoError(t, err)
	l, enough := layouts{unseen}.layout(0), errors.New("enough")
	require.ErrorIs(t, think(t.Context(), m, &l, 3, func(*thought) error { return enough }), enough)
}

func TestThoughtText(t *testing.T) {
	l := parse(t, corridor)
	plan, _, err := world.Search(&l)
	require.NoError(t, err)
	s := thought{n: 2, plan: plan, margin: 1.5, updates: []update{
		{"z_L", 0.7, 31, 3, world.Lost}, {"z_L", 0.01, 2, 98, world.Circled}, {"z_H", 5, 0, 15, world.Reached},
	}}
	require.Equal(t, ` step 2, no key   with the key    fast z_L      slow z_H      cells  plan
 → → K # # # #    ↓ ← ← # # # #   ███▌    0.70                   31  lost at 3
 · # # # # # #    ↓ # # # # # #           0.01                    2  circles
 · # # # # # #    ↓ # # # # # #                 ███████ 5.00      0  goal in 15
 · D · · · · #    → → → → → ↓ #   margin +1.50: calls the plan right
 # # # # # · #    # # # # # ↓ #
 # # # # # · G    # # # # # → G
 # # # # # # #    # # # # # # #
`, s.text(&l, false))
	coloured := s.text(&l, true)
	for _, colour := range []string{yellow, green, grey} {
		require.Contains(t, coloured, colour)
		coloured = strings.ReplaceAll(coloured, colour, "")
	}
	require.Equal(t, s.text(&l, false), strings.ReplaceAll(coloured, plain, ""))
}

// More updates than the board has rows take rows of their own.
func TestThoughtTextLong(t *testing.T) {
	l := parse(t, corridor)
	s := thought{n: 1, margin: -1, updates: make([]update, 9)}
	lines := strings.Split(s.text(&l, false), "\n")
	require.Len(t, lines, 1+9+1+1)
	require.Contains(t, lines[9], "goal in 0")
	require.Equal(t, strings.Repeat(" ", 34)+"margin -1.00: thinks on", lines[10])
}
