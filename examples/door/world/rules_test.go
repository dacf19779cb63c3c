package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMove(t *testing.T) {
	l := parse(t, `
A.#....
K.#....
.D.....
..#...G
..#....
..#....
..#....`)
	for name, c := range map[string]struct {
		from State
		d    Direction
		to   State
		ok   bool
	}{
		"free cell":              {State{0, Keyless}, Right, State{1, Keyless}, true},
		"takes the key":          {State{0, Keyless}, Down, State{7, Keyed}, true},
		"has the key":            {State{0, Keyed}, Down, State{7, Keyed}, true},
		"where the key was":      {State{14, Opened}, Up, State{7, Opened}, true},
		"wall":                   {State{1, Keyed}, Right, State{1, Keyed}, false},
		"locked":                 {State{14, Keyless}, Right, State{14, Keyless}, false},
		"opens":                  {State{14, Keyed}, Right, State{15, Opened}, true},
		"open":                   {State{16, Opened}, Left, State{15, Opened}, true},
		"upper edge":             {State{3, Opened}, Up, State{3, Opened}, false},
		"left edge":              {State{14, Keyless}, Left, State{14, Keyless}, false},
		"right edge":             {State{20, Opened}, Right, State{20, Opened}, false},
		"lower edge":             {State{48, Opened}, Down, State{48, Opened}, false},
		"no direction":           {State{8, Keyless}, None, State{8, Keyless}, false},
		"no such direction":      {State{8, Keyless}, 9, State{8, Keyless}, false},
		"start is a free cell":   {State{1, Keyless}, Left, State{0, Keyless}, true},
		"past the goal":          {State{27, Opened}, Up, State{20, Opened}, true},
		"on to the goal":         {State{20, Opened}, Down, State{27, Opened}, true},
		"door from the far side": {State{16, Keyless}, Left, State{16, Keyless}, false},
	} {
		to, ok := l.Move(c.from, c.d)
		require.Equal(t, c.ok, ok, name)
		if ok {
			require.Equal(t, c.to, to, name)
		}
	}
	require.Equal(t, State{0, Keyless}, l.Start())
	require.True(t, l.Done(State{27, Opened}))
	require.False(t, l.Done(State{26, Opened}))
}

func TestStateIndex(t *testing.T) {
	seen := map[uint8]bool{}
	for phase := Keyless; phase <= Opened; phase++ {
		for at := range Cells {
			s := State{at, phase}
			require.Equal(t, s, stateOf(s.index()))
			seen[s.index()] = true
		}
	}
	require.Len(t, seen, states)
}
