package trm_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/trm"
)

// Weights of one size load into any other, and what they answer there does not depend
// on the size that they are of.
func TestWithGrid(t *testing.T) {
	m, err := trm.New(trm.MazeUnits(4, 5), rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(path))
	f, err := reread.Open(path)
	require.NoError(t, err)
	defer f.Close()

	var before []int32
	for _, through := range [][2]int{{4, 5}, {30, 30}, {3, 8}} {
		cfg, err := trm.MazeUnits(through[0], through[1]).WithGrid(7, 6)
		require.NoError(t, err)
		require.Equal(t, trm.MazeUnits(7, 6), cfg)
		other, err := reread.Read(f, cfg)
		require.NoError(t, err)
		require.Equal(t, shapes(m), shapes(other))
		answers, err := reread.Solve(t.Context(), other, []reread.Puzzle{{Tokens: slices.Repeat([]int32{1, 2, 2}, 14)}}, &reread.Options{Steps: 2})
		require.NoError(t, err)
		if before != nil {
			require.Equal(t, before, answers[0].Tokens)
		}
		before = answers[0].Tokens
	}
}

func TestWithGridRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		cfg           trm.Config
		height, width int
		says          string
	}{
		"a sudoku": {trm.SudokuUnits(), 9, 9, "units of neighbours"},
		"low":      {trm.MazeUnits(5, 5), 2, 9, "2 x 9"},
		"narrow":   {trm.MazeUnits(5, 5), 9, -1, "9 x -1"},
		"huge":     {trm.MazeUnits(5, 5), 201, 9, "201 x 9"},
	} {
		_, err := c.cfg.WithGrid(c.height, c.width)
		require.ErrorContains(t, err, c.says, name)
	}
	largest, err := trm.MazeUnits(3, 3).WithGrid(200, 200)
	require.NoError(t, err)
	require.NoError(t, largest.Validate())
}
