package eval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/combin"
)

// The shares of Table I of Newcombe, "Two-sided confidence intervals for the
// single proportion", Statistics in Medicine 17 (1998), 857-872.
func TestIntervalsOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		right, n      int64
		wilson, exact Interval
	}{
		{81, 263, Interval{0.2553, 0.3662}, Interval{0.2527, 0.3676}},
		{15, 148, Interval{0.0624, 0.1605}, Interval{0.0578, 0.1617}},
		{0, 20, Interval{0, 0.1611}, Interval{0, 0.1684}},
		{1, 29, Interval{0.0061, 0.1718}, Interval{0.0009, 0.1776}},
	} {
		requireInterval(t, c.wilson, Wilson(c.right, c.n), 5e-5)
		requireInterval(t, c.exact, ClopperPearson(c.right, c.n), 5e-5)
		requireInterval(t, Interval{1 - c.wilson.High, 1 - c.wilson.Low}, Wilson(c.n-c.right, c.n), 5e-5)
		requireInterval(t, Interval{1 - c.exact.High, 1 - c.exact.Low}, ClopperPearson(c.n-c.right, c.n), 5e-5)
	}
}

// TestIntervalsByTheirDefinition finds the ends by bisection of the equations
// that define them.
func TestIntervalsByTheirDefinition(t *testing.T) {
	for n := int64(1); n <= 25; n++ {
		for right := int64(0); right <= n; right++ {
			k, p := float64(right), float64(right)/float64(n)
			score := func(theta float64) float64 { // falls
				return (p - theta) / math.Sqrt(theta*(1-theta)/float64(n))
			}
			const z = 1.959963984540054
			wilson, exact := Interval{0, 1}, Interval{0, 1}
			if right > 0 {
				wilson.Low = bisect(func(x float64) bool { return score(x) > z })
				exact.Low = bisect(func(x float64) bool { return 1-binomial(n, right-1, x) < alpha/2 })
			}
			if right < n {
				wilson.High = bisect(func(x float64) bool { return score(x) > -z })
				exact.High = bisect(func(x float64) bool { return binomial(n, right, x) > alpha/2 })
			}
			requireInterval(t, wilson, Wilson(right, n), 1e-9)
			requireInterval(t, exact, ClopperPearson(right, n), 1e-9)
			require.LessOrEqual(t, Wilson(right, n).Low, k/float64(n))
			require.GreaterOrEqual(t, Wilson(right, n).High, k/float64(n))
		}
	}
}

func TestIntervalsAtTheEnds(t *testing.T) {
	for _, f := range []func(right, n int64) Interval{Wilson, ClopperPearson} {
		require.Equal(t, Interval{0, 1}, f(0, 0))
		for _, n := range []int64{1, 7, 500, 422786} {
			require.Zero(t, f(0, n).Low)
			require.Equal(t, 1.0, f(n, n).High)
		}
	}
	// The exact interval of 0 of n has a closed form, for many puzzles too.
	require.InEpsilon(t, 1-math.Pow(alpha/2, 1.0/422786), ClopperPearson(0, 422786).High, 1e-9)
}

// binomial returns the probability of at most k of n, as a plain sum.
func binomial(n, k int64, p float64) float64 {
	sum := 0.0
	for i := int64(0); i <= k; i++ {
		sum += float64(combin.Binomial(int(n), int(i))) * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
	}
	return sum
}

// bisect returns where a condition on a share ends to hold.
func bisect(holds func(float64) bool) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		if mid := (lo + hi) / 2; holds(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func requireInterval(t *testing.T, want, got Interval, within float64) {
	t.Helper()
	require.InDelta(t, want.Low, got.Low, within)
	require.InDelta(t, want.High, got.High, within)
}
