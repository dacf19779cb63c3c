package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Of a normal distribution cut at two standard deviations, one of them before
// the cut is cutOf1 of them after it.
const cutOf1 = 1 / 0.8796256610342398

func TestTruncatedNormal(t *testing.T) {
	const n = 200_000
	whole := distuv.Normal{Sigma: cutOf1}
	left := whole.CDF(-2 * cutOf1)
	quantiles := make([]float64, n)
	for i := range quantiles {
		quantiles[i] = whole.Quantile(left + (1-2*left)*(float64(i)+0.5)/n)
	}
	for _, std := range []float64{1, 0.05} {
		w := make([]float32, n)
		truncatedNormal(rand.New(rand.NewPCG(1, 2)), w, std)
		x := Wide(w)
		floats.Scale(1/std, x)
		slices.Sort(x)
		// Five standard errors of each estimate: 1/sqrt(n) for the mean, less
		// for the standard deviation, whose estimate has no tails.
		mean, spread := stat.MeanStdDev(x, nil)
		require.InDelta(t, 0, mean, 0.011)
		require.InDelta(t, 1, spread, 0.008)
		top := max(-x[0], x[n-1])
		require.InDelta(t, 2*cutOf1, top, 0.01, "the cut is at two standard deviations of the uncut distribution")
		require.LessOrEqual(t, top, 2*cutOf1+1e-6)
		// One sample in a hundred is further from its distribution.
		require.Less(t, stat.KolmogorovSmirnov(x, nil, quantiles, nil), 1.63/math.Sqrt(n))
	}
}

func TestTruncatedNormalFollowsRNG(t *testing.T) {
	draw := func(seed uint64) []float32 {
		w := make([]float32, 50)
		truncatedNormal(rand.New(rand.NewPCG(seed, 2)), w, 1)
		return w
	}
	require.Equal(t, draw(1), draw(1))
	require.NotEqual(t, draw(1), draw(3))
}
