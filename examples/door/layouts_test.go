package main

import (
	"testing"

	"github.com/stretchr/testify/require"

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
		plan, err := world.PlanOf(labels)
		require.NoError(t, err)
		_, end := l.Act(&plan)
		require.Equal(t, world.Reached, end)
		require.Equal(t, inputs, puzzle(&l).Tokens)
	}
}
