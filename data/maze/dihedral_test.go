package maze

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDihedral holds the symmetries against what HRM and TRM's functions of NumPy
// make of a grid: rot90 up to three times, fliplr, flipud, T, fliplr of rot90.
func TestDihedral(t *testing.T) {
	g := mustGrid(t, "SG \n#oo")
	for d, want := range []string{
		"SG \n#oo",
		" o\nGo\nS#",
		"oo#\n GS",
		"#S\noG\no ",
		" GS\noo#",
		"#oo\nSG ",
		"S#\nGo\n o",
		"o \noG\n#S",
	} {
		d := Dihedral(d)
		image, err := d.Apply(g)
		require.NoError(t, err)
		require.Equal(t, want, image.String(), d)
		back, err := d.Inverse().Apply(image)
		require.NoError(t, err)
		require.True(t, back.Equal(g), d)
		require.Equal(t, d, d.Inverse().Inverse())
	}
	_, err := Dihedral(8).Apply(g)
	require.EqualError(t, err, "maze: symmetry 8 is not in 0..7")
	_, err = Dihedral(1).Apply(Grid{Shape{2, 2}, g.Cells})
	require.EqualError(t, err, "maze: 6 cells, 2 x 2 want 4")
}

func TestSymmetries(t *testing.T) {
	square, oblong := Shape{4, 4}, Shape{4, 5}
	require.Equal(t, []Dihedral{0, 1, 2, 3, 4, 5, 6, 7}, square.Symmetries())
	require.Equal(t, []Dihedral{0, 2, 4, 5}, oblong.Symmetries())
	rng := newRNG(1)
	for _, s := range []Shape{square, oblong} {
		drawn := map[Dihedral]int{}
		for range 8000 {
			drawn[s.RandomSymmetry(rng)]++
		}
		want := s.Symmetries()
		require.Len(t, drawn, len(want))
		for _, d := range want {
			require.InDelta(t, 8000/len(want), drawn[d], 200)
		}
	}
}
