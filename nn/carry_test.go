package nn

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Noise moves every number of one row by its size, up as often as down.
func TestAddNoise(t *testing.T) {
	const row, rows = 1000, 3 // no multiple of the bits of a word
	carry := func() Carry {
		c := Carry{N: rows, row: row}
		for s := range 2 {
			z := make([]float32, rows*row)
			for i := range z {
				z[i] = float32(s + 1)
			}
			c.states = append(c.states, z)
		}
		return c
	}
	c, same := carry(), carry()
	c.AddNoise(1, 0.5, rand.NewPCG(1, 2))
	same.AddNoise(1, 0.5, rand.NewPCG(1, 2))
	require.Equal(t, same, c)
	require.NotEqual(t, c.states[0][row], c.states[0][row+1:2*row])
	up, changes, before := 0, 0, float32(0)
	for s, z := range c.states {
		for i, v := range z {
			d := v - float32(s+1)
			if i/row != 1 {
				require.Zero(t, d)
				continue
			}
			require.Contains(t, []float32{0.5, -0.5}, d)
			if d > 0 {
				up++
			}
			if d != before {
				changes++
			}
			before = d
		}
	}
	require.InDelta(t, row, up, 100, "of %d, in 4.5 standard deviations", 2*row)
	require.InDelta(t, row, changes, 100)

	c = carry()
	c.AddNoise(0, 0, rand.NewPCG(1, 2))
	require.Equal(t, carry(), c)
}
