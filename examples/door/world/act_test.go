package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAct(t *testing.T) {
	l := parse(t, corridor)
	best, moves, err := Search(&l)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(p *Plan)
		end    End
		moves  int
		at     State
	}{
		"shortest":           {func(*Plan) {}, Reached, moves, State{41, Opened}},
		"nothing":            {func(p *Plan) { *p = Plan{} }, Lost, 0, State{0, Keyless}},
		"lost at the key":    {func(p *Plan) { p.After[2] = None }, Lost, 2, State{2, Keyed}},
		"into a wall":        {func(p *Plan) { p.Before[1] = Down }, Stuck, 1, State{1, Keyless}},
		"out of the world":   {func(p *Plan) { p.Before[0] = Up }, Stuck, 0, State{0, Keyless}},
		"to the locked door": {func(p *Plan) { p.Before = p.After; p.Before[0] = Down }, Stuck, 3, State{21, Keyless}},
		"to and fro":         {func(p *Plan) { p.After[1] = Right }, Circled, StepLimit, State{2, Keyed}},
		"beyond the goal":    {func(p *Plan) { p.After[41] = Left }, Reached, moves, State{41, Opened}},
	} {
		p := best
		c.change(&p)
		route, end := l.Act(&p)
		require.Equal(t, c.end, end, name)
		require.Len(t, route, c.moves+1, name)
		require.Equal(t, l.Start(), route[0], name)
		require.Equal(t, c.at, route[len(route)-1], name)
		for i := 1; i < len(route); i++ {
			require.Contains(t, slowMoves(&l, route[i-1]), route[i], name)
		}
	}
}

// A detour is a plan too.
func TestActDetour(t *testing.T) {
	l := parse(t, `
A..#...
...#...
K..#...
...D..G
...#...
...#...
...#...`)
	p, moves, err := Search(&l)
	require.NoError(t, err)
	p.Before[0], p.Before[1], p.Before[8] = Right, Down, Down
	p.Before[15] = Left
	route, end := l.Act(&p)
	require.Equal(t, Reached, end)
	require.Len(t, route, moves+2+1)
}

func TestEndString(t *testing.T) {
	for end, says := range map[End]string{Reached: "goal", Lost: "lost", Stuck: "stuck", Circled: "circles"} {
		require.Equal(t, says, end.String())
	}
}
