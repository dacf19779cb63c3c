package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/examples/door/world"
)

// A row is a function of seed and number, and its plan leads to the goal.
func TestLayoutsAt(t *testing.T) {
	inputs, labels := make([]int32, world.Cells), make([]int32, world.Cells)
	for n := range uint64(30) {
		_, err := layouts{3}.At(n, inputs, labels)
		require.NoError(t, err)
		l, err := world.LayoutOf(inputs)
		require.NoError(t, err)
		require.Equal(t, layouts{3}.layout(n), l)
		require.NotEqual(t, layouts{4}.layout(n), l)
		want, _, err := world.Search(&l)
		require.NoError(t, err)
		for i, label := range labels {
			if label == data.IgnoreLabel {
				require.Equal(t, world.Free, l[i])
				require.Equal(t, world.None, max(want.Before[i], want.After[i]), "it is cut off from the goal")
				labels[i] = 0
			}
		}
		plan, err := world.PlanOf(labels)
		require.NoError(t, err)
		require.Equal(t, want, plan)
		_, end := l.Act(&plan)
		require.Equal(t, world.Reached, end)
		require.Equal(t, inputs, puzzle(&l).Tokens)
	}
}
