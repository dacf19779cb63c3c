package dihedral

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestApply holds the symmetries against what HRM and TRM's functions of NumPy make
// of a grid: rot90 up to three times, fliplr, flipud, T, fliplr of rot90.
func TestApply(t *testing.T) {
	cells := []byte("abc" + "def")
	for d, want := range []string{"abcdef", "cfbead", "fedcba", "daebfc", "cbafed", "defabc", "adbecf", "fcebda"} {
		d := uint8(d)
		image := make([]byte, 6)
		Apply(d, 2, 3, image, cells)
		require.Equal(t, want, string(image), d)
		height, width := 2, 3
		if Transposes(d) {
			height, width = 3, 2
		}
		back := make([]byte, 6)
		Apply(Inverse(d), height, width, back, image)
		require.Equal(t, cells, back, d)
		require.Equal(t, d, Inverse(Inverse(d)))
	}
	image := []int{7}
	require.Zero(t, testing.AllocsPerRun(10, func() { Apply(7, 1, 1, image, []int{3}) }))
	require.Equal(t, []int{3}, image)
	Apply(1, 0, 0, []int{}, []int{})
}
