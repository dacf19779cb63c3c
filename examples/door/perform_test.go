package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/examples/door/world"
)

func solved(t *testing.T) (l world.Layout, route []world.State) {
	t.Helper()
	l = parse(t, corridor)
	plan, _, err := world.Search(&l)
	require.NoError(t, err)
	route, _ = l.Act(&plan)
	return l, route
}

func TestFrames(t *testing.T) {
	l, route := solved(t)
	list := frames(&l, route)
	require.Len(t, list, len(route))
	titles := map[int]string{0: " start", 1: " 1", 2: " 2 takes key", 8: " 8 opens door", 15: " 15 at the goal"}
	for i, title := range titles {
		require.Equal(t, title, list[i].title)
	}
	require.Equal(t, " A · K # # # #", list[0].board.line(0, false))
	require.Equal(t, " · · A # # # #", list[2].board.line(0, false))
	require.Equal(t, " · A · # # # #", list[3].board.line(0, false))
	require.Equal(t, " A D · · · · #", list[7].board.line(3, false))
	require.Equal(t, " · A · · · · #", list[8].board.line(3, false))
	require.Equal(t, " · / A · · · #", list[9].board.line(3, false))
	require.Equal(t, " # # # # # · A", list[15].board.line(5, false))
}

func TestPerform(t *testing.T) {
	l, route := solved(t)
	var out bytes.Buffer
	require.NoError(t, (&program{stdout: &out}).perform(t.Context(), &l, route))
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 4*(world.Side+2)+1, "16 frames, five to a row")
	require.Equal(t, " start           1               2 takes key     3               4", lines[0])
	require.NotContains(t, out.String(), "\x1b")
}

func TestAnimate(t *testing.T) {
	l, route := solved(t)
	list := frames(&l, route)
	var out bytes.Buffer
	require.NoError(t, animate(t.Context(), &out, list, false, 0))
	up := fmt.Sprintf(cursorUp, world.Side+1)
	text, ok := strings.CutPrefix(out.String(), hideCursor)
	require.True(t, ok)
	text, ok = strings.CutSuffix(text, showCursor)
	require.True(t, ok)
	shown := strings.Split(text, up)
	require.Len(t, shown, len(list))
	for i, f := range list {
		require.Equal(t, abreast([]frame{f}, false), strings.ReplaceAll(shown[i], clearRest, ""))
	}
	require.NotContains(t, text, green)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out.Reset()
	require.ErrorIs(t, animate(ctx, &out, list, true, pause), context.Canceled)
	require.Contains(t, out.String(), green)
	require.True(t, strings.HasSuffix(out.String(), showCursor), "the cursor comes back")
}

func TestConclude(t *testing.T) {
	for says, c := range map[string]struct {
		moves, fewest int
		end           world.End
	}{
		"The goal is reached in 15 moves, as few as possible.\n": {15, 15, world.Reached},
		"The goal is reached in 17 moves, 2 more than needed.\n": {17, 15, world.Reached},
		"The plan has failed: lost after 3 moves.\n":             {3, 15, world.Lost},
	} {
		var out bytes.Buffer
		require.NoError(t, (&program{stdout: &out}).conclude(c.moves, c.fewest, c.end))
		require.Equal(t, says, out.String())
	}
}
