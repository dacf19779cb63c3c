package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// fivePoint is the derivative by differences whose error falls with the fourth
// power of the step.
func fivePoint(step float64) *fd.Settings {
	return &fd.Settings{Formula: fd.Formula{
		Stencil:    []fd.Point{{Loc: -2, Coeff: 1. / 12}, {Loc: -1, Coeff: -2. / 3}, {Loc: 1, Coeff: 2. / 3}, {Loc: 2, Coeff: -1. / 12}},
		Derivative: 1, Step: step,
	}}
}

// gradTolerance bounds the normalised error |found - given| / |given| of the
// gradient of a parameter by a loss. Of a step of half a hundredth float32
// resolves enough for a few times 1e-4; a wrong factor, sign or missing term is
// an error of 1e-2 or more.
const gradTolerance = 1e-3

// checkGradient compares what a backward pass says the gradient of f by value
// is with differences of f, which runs in float32, along random directions: the
// mean of ((found - given)·v)² over directions v of random signs is
// |found - given|². Steps are relative to the size of the values. Where one is
// too large for the curvature another may do; an error shows with any.
func checkGradient(t *testing.T, name string, f func() float64, value, given []float32) {
	t.Helper()
	require.Len(t, given, len(value), name)
	norm := floats.Norm(wide(given), 2)
	require.Positive(t, norm, name)
	best := math.Inf(1)
	for _, step := range []float64{0.005, 0.002, 0.01} {
		if best > gradTolerance {
			best = min(best, alongDirections(f, value, given, step)/norm)
		}
	}
	require.LessOrEqual(t, best, gradTolerance, name)
}

// alongDirections estimates |found - given|.
func alongDirections(f func() float64, value, given []float32, relative float64) float64 {
	const directions = 6
	saved := slices.Clone(value)
	defer copy(value, saved)
	step := relative * floats.Norm(wide(saved), 2) / math.Sqrt(float64(len(saved)))
	if step == 0 {
		step = relative
	}
	rng, dir := rand.New(rand.NewPCG(11, 13)), make([]float64, len(value))
	var squares []float64
	for range directions {
		for i := range dir {
			dir[i] = float64(2*rng.IntN(2) - 1)
		}
		found := fd.Derivative(func(along float64) float64 {
			for i, w := range saved {
				value[i] = float32(float64(w) + along*dir[i])
			}
			return f()
		}, 0, fivePoint(step))
		diff := found - floats.Dot(wide(given), dir)
		squares = append(squares, diff*diff)
	}
	return math.Sqrt(stat.Mean(squares, nil))
}
