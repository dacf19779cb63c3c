package nn

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnitsJSON(t *testing.T) {
	own := GridUnits(2, 2)
	own[5] = own[5][:1]
	for text, u := range map[string]Units{
		`{"grid_of_boxes":[3,3]}`:              GridUnits(3, 3),
		`{"grid_of_boxes":[2,3]}`:              GridUnits(2, 3),
		`{"grid_of_boxes":[1,4]}`:              GridUnits(1, 4),
		`{"grid_of_boxes":[1,9]}`:              GridUnits(1, 9),
		`{"grid_of_cells":[3,5]}`:              NeighbourUnits(0, 3, 5),
		`{"grid_of_cells":[6,4],"prefix":1}`:   NeighbourUnits(1, 6, 4),
		`{"grid_of_cells":[30,30],"prefix":3}`: NeighbourUnits(3, 30, 30),
		`[[[0,1],[2]],[[0,2]]]`:                {{{0, 1}, {2}}, {{0, 2}}},
		`null`:                                 nil,
	} {
		got, err := json.Marshal(u)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		var back Units
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		require.Equal(t, u, back, text)
	}
	// Lists are read of a grid too, and others stay lists.
	text, err := json.Marshal([][][]int(GridUnits(2, 2)))
	require.NoError(t, err)
	var back Units
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, GridUnits(2, 2), back)
	text, err = json.Marshal(own)
	require.NoError(t, err)
	require.Equal(t, byte('['), text[0])

	for _, text := range []string{`{}`, `{"grid_of_boxes":[0,3]}`, `{"grid_of_boxes":[3,-1]}`, `{"grid_of_boxes":[1000,1000]}`, `{"grid_of_boxes":[41,1]}`, `{"grid_of_boxes":[6,7]}`, `{"grid_of_boxes":"3x3"}`, `3`,
		`{"grid_of_cells":[2,3]}`, `{"grid_of_cells":[3,3],"prefix":-1}`, `{"grid_of_cells":[300,300]}`, `{"grid_of_cells":[3,3],"grid_of_boxes":[3,3]}`, `{"grid_of_boxes":[3,3],"prefix":1}`} {
		require.Error(t, json.Unmarshal([]byte(text), &back), text)
	}
}

func TestBoxes(t *testing.T) {
	var none Units
	for name, u := range map[string]Units{"none": none, "others": {{{0, 1}}}, "empty kinds": make(Units, 6), "part": GridUnits(2, 2)[:5]} {
		height, width := u.Boxes()
		require.Zero(t, [2]int{height, width}, name)
	}
	height, width := GridUnits(2, 3).Boxes()
	require.Equal(t, []int{2, 3}, []int{height, width})
}
