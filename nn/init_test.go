package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTruncatedNormal(t *testing.T) {
	const n = 200_000
	for _, std := range []float64{1, 0.05} {
		w := make([]float32, n)
		truncatedNormal(rand.New(rand.NewPCG(1, 2)), w, std)
		mean, squares, top, inner := 0.0, 0.0, 0.0, 0
		for _, v := range w {
			x := float64(v) / std
			mean += x / n
			squares += x * x / n
			top = math.Max(top, math.Abs(x))
			if math.Abs(x) < cutOf1 {
				inner++
			}
		}
		// Five standard errors of each estimate: 1/sqrt(n) for the mean, less
		// for the standard deviation, whose estimate has no tails.
		require.InDelta(t, 0, mean, 0.011)
		require.InDelta(t, 1, math.Sqrt(squares), 0.008)
		require.InDelta(t, 2*cutOf1, top, 0.01, "the cut is at two standard deviations of the uncut distribution")
		require.LessOrEqual(t, top, 2*cutOf1+1e-6)
		// erf(1/sqrt 2)/erf(sqrt 2) of the numbers are inside one.
		require.InDelta(t, 0.68268949/0.95449974, float64(inner)/n, 0.006)
	}
}

// cutOf1 is where one standard deviation of the uncut distribution comes to
// lie when the cut one has a standard deviation of 1.
const cutOf1 = 1 / 0.8796256610342398

func TestTruncatedNormalFollowsRNG(t *testing.T) {
	draw := func(seed uint64) []float32 {
		w := make([]float32, 50)
		truncatedNormal(rand.New(rand.NewPCG(seed, 2)), w, 1)
		return w
	}
	require.Equal(t, draw(1), draw(1))
	require.NotEqual(t, draw(1), draw(3))
}
