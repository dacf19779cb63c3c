package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/examples/door/world"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/trm"
)

// The weights that come with the program plan well in layouts that training has not
// seen.
func TestPretrained(t *testing.T) {
	set := sample(unseen, 100)
	for _, kind := range []string{hrm.Kind, trm.Kind} {
		m, err := load(kind, "")
		require.NoError(t, err)
		p, err := findPreset(kind)
		require.NoError(t, err)
		require.Equal(t, p.model, m.Config())
		r, err := score(t.Context(), m, set, m.Arch().HaltMaxSteps)
		require.NoError(t, err)
		require.GreaterOrEqual(t, r.reached, 97, kind)
		require.GreaterOrEqual(t, r.shortest, 96, kind)
		require.LessOrEqual(t, r.shortest, r.reached)
	}
}

func TestEval(t *testing.T) {
	out, _, status := runProgram(t, "", "eval", "-n", "10", "-steps", "3", "-seed", "9")
	require.Zero(t, status)
	lines := strings.Split(out, "\n")
	require.Len(t, lines, 2+2*3+2+3+1)
	require.Equal(t, "10 layouts of seed 9", lines[0])
	for i, begins := range []string{"hrm        167170      1 ", "hrm        167170      2 ", "hrm        167170      3 ", "trm         85250      1 "} {
		require.True(t, strings.HasPrefix(lines[2+i], begins), lines[2+i])
	}
	require.Equal(t, "moves needed  layouts  hrm reaches the goal       trm reaches the goal", lines[9])
	one, _, _ := runProgram(t, "", "eval", "-n", "10", "-steps", "3", "-seed", "9", "-model", "trm")
	require.Equal(t, withoutTimes(out)[5:8], withoutTimes(one)[2:5])
}

// A model that knows nothing reaches nothing.
func TestScoreOfFreshModel(t *testing.T) {
	set := []world.Layout{parse(t, corridor), layouts{1}.layout(0)}
	r, err := score(t.Context(), newModel(t, trm.Config{Arch: arch()}), set, 1)
	require.NoError(t, err)
	require.Equal(t, 2, r.layouts)
	require.Zero(t, r.reached)
	require.Zero(t, r.shortest)
}

func TestDoublings(t *testing.T) {
	require.Equal(t, []int{1}, doublings(1))
	require.Equal(t, []int{1, 2, 4}, doublings(4))
	require.Equal(t, []int{1, 2, 4, 5}, doublings(5))
}

func TestShare(t *testing.T) {
	require.Equal(t, " 95.0 % (88.8 to 97.8)", share(95, 100))
	require.Equal(t, "  0.0 % (0.0 to 27.8)", share(0, 10))
}
