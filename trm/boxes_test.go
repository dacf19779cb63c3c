package trm_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/examples/sudoku/pretrained"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// pretrainedFor returns the model of the weights for 9x9 at another size.
func pretrainedFor(t *testing.T, height, width int) *nn.Model {
	t.Helper()
	f, err := pretrained.Open()
	require.NoError(t, err)
	defer f.Close()
	own, err := reread.Read(f, nil)
	require.NoError(t, err)
	cfg, err := own.Config().(trm.Config).WithBoxes(height, width)
	require.NoError(t, err)
	m, err := reread.Read(f, cfg)
	require.NoError(t, err)
	require.Equal(t, shapes(own), shapes(m))
	return m
}

// The weights of 9x9 load into any size, and answer with its values. How often
// they are right there is for examples/sudoku to say.
func TestWithBoxes(t *testing.T) {
	for _, box := range [][2]int{{2, 2}, {2, 3}, {3, 2}, {3, 3}, {4, 4}, {1, 5}, {5, 1}} {
		height, width := box[0], box[1]
		side := height * width
		t.Run(fmt.Sprintf("%dx%d", height, width), func(t *testing.T) {
			m := pretrainedFor(t, height, width)
			a := m.Arch()
			require.Equal(t, []int{side * side, side + 2, side}, []int{a.SeqLen, a.VocabSize, a.Values})
			puzzle := slices.Repeat([]int32{1}, side*side)
			answers, err := reread.Solve(t.Context(), m, []reread.Puzzle{{Tokens: puzzle}}, &reread.Options{Steps: 1})
			require.NoError(t, err)
			require.Len(t, answers[0].Tokens, side*side)
			for c, v := range answers[0].Tokens {
				require.True(t, 2 <= v && v < int32(side)+2, "token %d in cell %d", v, c)
			}
		})
	}
}

func TestWithBoxesOfThePreset(t *testing.T) {
	same, err := trm.SudokuUnits().WithBoxes(3, 3)
	require.NoError(t, err)
	require.Equal(t, trm.SudokuUnits(), same)
	largest, err := trm.SudokuUnits().WithBoxes(5, 5)
	require.NoError(t, err)
	require.NoError(t, largest.Validate())
}

func TestWithBoxesErrors(t *testing.T) {
	for _, c := range []struct{ height, width int }{
		{0, 3}, {3, 0}, {-2, -2}, {1, 1}, {2, 13}, {26, 1}, {1, 26}, {math.MaxInt, 2}, {math.MaxInt, math.MaxInt},
	} {
		_, err := trm.SudokuUnits().WithBoxes(c.height, c.width)
		require.EqualError(t, err, fmt.Sprintf("trm: boxes of %d x %d cells, want positive sides and 2 to 25 cells", c.height, c.width))
	}
	other := trm.SudokuUnits()
	other.Units = nn.Units{{{0, 1}}}
	single := trm.SudokuUnits()
	single.Values, single.FirstValue = 0, 0
	for _, cfg := range []trm.Config{trm.SudokuMLP(), other, single} {
		_, err := cfg.WithBoxes(2, 2)
		require.ErrorContains(t, err, "trm: only models with values and the units of a grid")
	}
}
