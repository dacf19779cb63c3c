package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRoPERotatesPairs(t *testing.T) {
	EachLevel(t, func(t *testing.T) {
		const positions, size, theta = 9, 6, 10000
		r := newRoPE(positions, size, theta)
		rng := rand.New(rand.NewPCG(1, 1))
		for p := range positions {
			x := Normals(rng, size, 1)
			y := slices.Clone(x)
			rotate(r, r.sin, y, p, size, size)
			for i := range size / 2 {
				angle := float64(p) * math.Pow(theta, -float64(2*i)/size)
				a, b := float64(x[i]), float64(x[i+size/2])
				require.InDelta(t, a*math.Cos(angle)-b*math.Sin(angle), y[i], 1e-6)
				require.InDelta(t, b*math.Cos(angle)+a*math.Sin(angle), y[i+size/2], 1e-6)
			}
			if p == 0 {
				require.Equal(t, x, y)
			}
			rotate(r, r.neg, y, p, size, size)
			require.InDeltaSlice(t, x, y, 1e-6)
		}
	})
}
