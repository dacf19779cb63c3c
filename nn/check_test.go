package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestCheckInput(t *testing.T) {
	with := func(cell int, v int32) []int32 {
		row := make([]int32, 16)
		for i := range row {
			row[i] = 1 // a token, and the set of token 0
		}
		row[cell] = v
		return row
	}
	for _, c := range []struct {
		name        string
		tokens, set string // "": good
		inputs      []int32
		id          int32
	}{
		{"good", "", "", with(0, 4), 3},
		{"zero", "", "set 0x0 in cell 0, want one or more of 5 tokens", with(0, 0), 0},
		{"largest set", "token 31 in cell 3, want 0 to 4", "", with(3, 31), 0},
		{"beyond the vocabulary", "token 32 in cell 7, want 0 to 4", "set 0x20 in cell 7", with(7, 32), 0},
		{"largest number", "token 2147483647 in cell 2", "set 0x7fffffff in cell 2", with(2, 1<<31-1), 0},
		{"negative", "token -1 in cell 15", "set -0x1 in cell 15", with(15, -1), 0},
		{"too few cells", "15 cells, want 16", "15 cells, want 16", make([]int32, 15), 0},
		{"too many cells", "17 cells, want 16", "17 cells, want 16", make([]int32, 17), 0},
		{"no cells", "0 cells, want 16", "0 cells, want 16", nil, 0},
		{"identifier beyond the table", "puzzle identifier 4, want 0 to 3", "puzzle identifier 4, want 0 to 3", with(0, 1), 4},
		{"negative identifier", "puzzle identifier -1", "puzzle identifier -1", with(0, 1), -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for inputs, says := range map[string]string{"": c.tokens, nn.InputSets: c.set} {
				m := newModel(t, variants[0], func(a *nn.Arch) { a.Inputs = inputs }) // 5 tokens, 4 identifiers
				err := m.CheckInput(c.inputs, c.id)
				if says == "" {
					require.NoError(t, err, "inputs %q", inputs)
					continue
				}
				require.ErrorContains(t, err, says, "inputs %q", inputs)
			}
		})
	}
	bare := newModel(t, variants[0], func(a *nn.Arch) { a.PuzzleEmbNDim = 0 })
	require.NoError(t, bare.CheckInput(with(0, 0), 12345), "without a table, identifiers mean nothing")
	full := newModel(t, variants[0], func(a *nn.Arch) { a.Inputs, a.VocabSize = nn.InputSets, 31 })
	require.NoError(t, full.CheckInput(with(0, 1<<31-1), 0), "all tokens of the largest vocabulary")
}
