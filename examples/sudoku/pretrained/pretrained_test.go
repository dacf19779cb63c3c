package pretrained_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/examples/sudoku/pretrained"
)

func TestLoad(t *testing.T) {
	m, err := pretrained.Load()
	require.NoError(t, err)
	require.Equal(t, 119170, m.Params().Count())
	require.Less(t, len(pretrained.Units), 4<<20)
}
