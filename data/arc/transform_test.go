package arc

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTransform holds images against those that TRM's builder makes.
func TestTransform(t *testing.T) {
	g := grid("012/395")
	for d, want := range []string{
		"013/495", "35/19/04", "594/310", "40/91/53", "310/594", "495/013", "04/19/35", "53/91/40",
	} {
		id := fmt.Sprintf("a|||t%d|||0134256789", d)
		_, transform := mustParseID(t, id)
		image := transform.Apply(g)
		require.Equal(t, want, text(image), d)
		require.NoError(t, image.Check())
		require.Equal(t, g, transform.Undo(image))
		require.Equal(t, transform, transform.Inverse().Inverse())
	}
	require.Equal(t, g, Identity().Apply(g))
	require.True(t, Identity().Apply(Grid{}).Equal(Grid{}))
}

func TestTransformUndoes(t *testing.T) {
	rng := newRNG(1)
	for range 500 {
		g, transform := randomGrid(rng, MaxSide), RandomTransform(rng)
		require.NoError(t, transform.Check())
		require.Zero(t, transform.Colours[0])
		require.Equal(t, g, transform.Undo(transform.Apply(g)))
		require.Equal(t, g, transform.Apply(transform.Undo(g)))
	}
}

// TestRandomTransform counts what is drawn.
func TestRandomTransform(t *testing.T) {
	rng := newRNG(2)
	const draws = 72000
	var symmetries [8]int
	var colours [Colours][Colours]int
	for range draws {
		transform := RandomTransform(rng)
		symmetries[transform.Dihedral]++
		for i, c := range transform.Colours {
			colours[i][c]++
		}
	}
	for d := range symmetries {
		require.InDelta(t, draws/8, symmetries[d], 400)
	}
	for i := 1; i < Colours; i++ {
		for c := 1; c < Colours; c++ {
			require.InDelta(t, draws/9, colours[i][c], 400)
		}
	}
	require.Zero(t, testing.AllocsPerRun(10, func() { RandomTransform(rng) }))
}

func TestTransformErrors(t *testing.T) {
	g := grid("12/34")
	turn := Identity()
	turn.Dihedral = 8
	twice := Identity()
	twice.Colours[3] = 4
	high := Identity()
	high.Colours[3] = 200
	for want, transform := range map[string]Transform{
		"symmetry 8 is not in 0..7": turn,
		"colours [0 1 2 4 4":        twice,
		"colours [0 1 2 200":        high,
		"colours [0 0 0":            {},
	} {
		require.ErrorContains(t, transform.Check(), want)
		require.Equal(t, Grid{}, transform.Apply(g))
		require.Equal(t, Grid{}, transform.Undo(g))
	}
	for _, g := range []Grid{{2, 2, g.Cells[:3]}, {-2, -2, g.Cells}, {2, 3, g.Cells}} {
		require.Equal(t, Grid{}, Identity().Apply(g))
	}
	odd := Grid{1, 2, []uint8{10, 255}}
	require.Equal(t, odd, Identity().Apply(odd))
}
