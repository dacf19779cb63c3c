package anysize

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseBoxes(t *testing.T) {
	for in, want := range map[string]Boxes{"2x3": {2, 3}, "3x3": {3, 3}, "1x25": {1, 25}, "12x2": {12, 2}} {
		b, err := ParseBoxes(in)
		require.NoError(t, err)
		require.Equal(t, want, b)
		require.Equal(t, in, b.String())
	}
	for in, want := range map[string]string{
		"":      `anysize: boxes "", want height and width such as 2x3`,
		"9":     `boxes "9", want height`,
		"2x":    `boxes "2x", want height`,
		"2x3x4": `boxes "2x3x4", want height`,
		"2x3 ":  `boxes "2x3 ", want height`,
		"+2x3":  `boxes "+2x3", want height`,
		"2X3":   `boxes "2X3", want height`,
		"1x1":   "anysize: boxes of 1x1 cells, want positive sides and 2 to 25 cells",
		"0x3":   "boxes of 0x3 cells",
		"-2x-2": "boxes of -2x-2 cells",
		"2x13":  "boxes of 2x13 cells",
	} {
		_, err := ParseBoxes(in)
		require.ErrorContains(t, err, want)
	}
	require.Error(t, Boxes{math.MaxInt, math.MaxInt}.Check())
}

func TestUnits(t *testing.T) {
	b := Boxes{2, 3}
	require.Equal(t, []int{6, 36, 8}, []int{b.Side(), b.Cells(), b.Vocab()})
	boxes := "000111 000111 222333 222333 444555 444555"
	for cell := range b.Cells() {
		row, column, box := b.Units(cell)
		require.Equal(t, cell, 6*row+column)
		require.Equal(t, int(boxes[7*row+column]-'0'), box)
	}
	row, _, box := Boxes{1, 4}.Units(11)
	require.Equal(t, row, box, "of a Latin square")
}
