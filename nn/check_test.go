package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

func TestCheckRow(t *testing.T) {
	m := newModel(t, variants[0], asIs) // 5 tokens, 4 identifiers
	with := func(cell int, v int32) []int32 {
		row := make([]int32, 16)
		row[cell] = v
		return row
	}
	for _, c := range []struct {
		name           string
		inputs, labels []int32
		id             int32
		says           string
	}{
		{"good", with(0, 4), nil, 3, ""},
		{"good with labels", with(0, 4), with(15, 4), 0, ""},
		{"ignored label", with(0, 0), with(3, nn.IgnoreLabel), 0, ""},
		{"too few cells", make([]int32, 15), nil, 0, "15 cells, want 16"},
		{"too many cells", make([]int32, 17), nil, 0, "17 cells, want 16"},
		{"no cells", nil, nil, 0, "0 cells, want 16"},
		{"token beyond the vocabulary", with(7, 5), nil, 0, "token 5 in cell 7, want 0 to 4"},
		{"negative token", with(15, -1), nil, 0, "token -1 in cell 15"},
		{"label as token", with(1, nn.IgnoreLabel), nil, 0, "token -100 in cell 1"},
		{"label beyond the vocabulary", with(0, 0), with(2, 5), 0, "label 5 in cell 2"},
		{"negative label", with(0, 0), with(9, -1), 0, "label -1 in cell 9"},
		{"identifier beyond the table", with(0, 0), nil, 4, "puzzle identifier 4, want 0 to 3"},
		{"negative identifier", with(0, 0), nil, -1, "puzzle identifier -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := nn.CheckRow(m, c.inputs, c.labels, c.id)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
	bare := newModel(t, variants[0], func(a *nn.Arch) { a.PuzzleEmbNDim = 0 })
	require.NoError(t, nn.CheckRow(bare, with(0, 0), nil, 12345), "without a table, identifiers mean nothing")
}
