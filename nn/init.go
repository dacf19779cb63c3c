package nn

import (
	"math"
	"math/rand/v2"
)

// truncatedNormal fills w with normal numbers cut at two standard deviations,
// scaled so that the standard deviation after cutting is std.
func truncatedNormal(rng *rand.Rand, w []float32, std float64) {
	const cut = 2
	scale := std / truncatedStd(cut)
	for i := range w {
		x := rng.NormFloat64()
		for math.Abs(x) > cut {
			x = rng.NormFloat64()
		}
		w[i] = float32(x * scale)
	}
}

// truncatedStd is the standard deviation of a standard normal number cut at
// plus and minus c.
func truncatedStd(c float64) float64 {
	density := math.Exp(-c*c/2) / math.Sqrt(2*math.Pi)
	mass := math.Erf(c / math.Sqrt2)
	return math.Sqrt(1 - 2*c*density/mass)
}

// initStd returns an initialiser of truncated normal numbers.
func initStd(std float64) func(*rand.Rand, []float32) {
	return func(rng *rand.Rand, w []float32) { truncatedNormal(rng, w, std) }
}

// initConst returns an initialiser that draws nothing.
func initConst(c float32) func(*rand.Rand, []float32) {
	return func(_ *rand.Rand, w []float32) {
		for i := range w {
			w[i] = c
		}
	}
}
