package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"github.com/rereadml/reread/internal/simd"
)

// The tests of backward passes compare with finite differences of the float32
// forward passes, summed to one number in float64. They are shared with the
// tests outside of the package, hence the exported names.

// Variable is something that a function depends on, and what a backward pass
// says its gradient is.
type Variable struct {
	Name        string
	Value, Grad []float32
}

// LayerTolerance bounds the normalised error |found - given| / |given| of the
// gradient of each variable of a layer. A step of half a hundredth changes the
// function by about that share of its size, of which float32 resolves 2e-5:
// the rounding of a layer or of two blocks leaves up to 1.5e-4, at every SIMD
// level. A wrong factor, sign, index or missing term is an error of 1e-2 or
// more.
const LayerTolerance = 5e-4

// Steps of the differences, relative to the root mean square of the values. A
// single element moves the function far less than a whole tensor does and
// needs a larger step to be heard over the rounding. Where a step is too large
// for the curvature a smaller one may do: an error of the backward pass shows
// with any.
var (
	directionSteps = []float64{0.005, 0.002, 0.01}
	elementSteps   = []float64{0.05, 0.02}
)

const (
	directions = 6   // per variable
	fewNumbers = 160 // variables up to this size are checked element by element too
)

// CheckGradients compares the gradients of a function by each variable with
// differences of its values along random directions.
func CheckGradients(t testing.TB, f func() float64, tol float64, vars ...Variable) {
	t.Helper()
	for _, v := range vars {
		v.check(t, "along directions", tol, directionSteps, func(step float64) float64 {
			return v.alongDirections(f, step)
		})
	}
}

// CheckElements is CheckGradients and, for variables of few numbers, a
// difference for each of them.
func CheckElements(t testing.TB, f func() float64, tol float64, vars ...Variable) {
	t.Helper()
	CheckGradients(t, f, tol, vars...)
	for _, v := range vars {
		if len(v.Value) <= fewNumbers {
			v.check(t, "by elements", tol, elementSteps, func(step float64) float64 {
				return v.byElement(f, step)
			})
		}
	}
}

func (v *Variable) check(t testing.TB, how string, tol float64, steps []float64, measure func(step float64) float64) {
	t.Helper()
	require.Len(t, v.Grad, len(v.Value), v.Name)
	norm := floats.Norm(Wide(v.Grad), 2)
	if !(norm > 0) || math.IsInf(norm, 0) {
		t.Errorf("%s: the gradient's norm is %v", v.Name, norm)
		return
	}
	best := math.Inf(1)
	for _, step := range steps {
		if best > tol {
			best = min(best, measure(step)/norm)
		}
	}
	if !(best <= tol) {
		t.Errorf("%s: error %s %.3g, want at most %g", v.Name, how, best, tol)
	}
}

// alongDirections estimates |found - given|, the error of the whole gradient.
// For a direction v of random signs the mean of ((found - given)·v)² is just
// |found - given|², so a few directions tell its size however many numbers
// there are.
func (v *Variable) alongDirections(f func() float64, step float64) float64 {
	rng := rand.New(rand.NewPCG(11, 13))
	dir := make([]float64, len(v.Value))
	sum := 0.0
	for range directions {
		given := 0.0
		for i, g := range v.Grad {
			dir[i] = float64(2*rng.IntN(2) - 1)
			given += float64(g) * dir[i]
		}
		diff := v.slope(f, dir, step) - given
		sum += diff * diff
	}
	return math.Sqrt(sum / directions)
}

// byElement returns |found - given|.
func (v *Variable) byElement(f func() float64, step float64) float64 {
	dir := make([]float64, len(v.Value))
	sum := 0.0
	for i, g := range v.Grad {
		dir[i] = 1
		diff := v.slope(f, dir, step) - float64(g)
		dir[i] = 0
		sum += diff * diff
	}
	return math.Sqrt(sum)
}

// fivePoints is a formula for derivatives whose error falls with the fourth
// power of the step: that allows steps large enough for float32.
var fivePoints = fd.Formula{
	Stencil: []fd.Point{{Loc: -2, Coeff: 1. / 12}, {Loc: -1, Coeff: -8. / 12}, {Loc: 1, Coeff: 8. / 12}, {Loc: 2, Coeff: -1. / 12}},

	Derivative: 1, Step: 1,
}

// slope is the derivative of f along dir.
func (v *Variable) slope(f func() float64, dir []float64, relative float64) float64 {
	h := relative * rms(v.Value)
	if h == 0 {
		h = relative // linear layers are tested at zero too
	}
	saved := slices.Clone(v.Value)
	defer copy(v.Value, saved)
	at := func(distance float64) float64 {
		for i, w := range saved {
			v.Value[i] = float32(float64(w) + distance*dir[i])
		}
		return f()
	}
	return fd.Derivative(at, 0, &fd.Settings{Formula: fivePoints, Step: h})
}

// Wide returns numbers in float64.
func Wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// Distance is |got - want| / |want|.
func Distance(got, want []float32) float64 {
	w := Wide(want)
	return floats.Distance(Wide(got), w, 2) / floats.Norm(w, 2)
}

func rms(x []float32) float64 { return floats.Norm(Wide(x), 2) / math.Sqrt(float64(len(x))) }

// EachLevel runs a test with the kernels of every SIMD level in turn.
func EachLevel(t *testing.T, test func(t *testing.T)) {
	for _, l := range simd.Levels() {
		t.Run(l.String(), func(t *testing.T) {
			previous, err := simd.SetLevel(l)
			require.NoError(t, err)
			defer func() {
				_, err := simd.SetLevel(previous)
				require.NoError(t, err)
			}()
			test(t)
		})
	}
}

// Normals returns n normal numbers of a standard deviation.
func Normals(rng *rand.Rand, n int, std float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64() * std)
	}
	return x
}

// Project returns the sum of products in float64: with fixed random weights p
// it makes one number of a layer's outputs, whose gradient is p.
func Project(p, y []float32) float64 {
	sum := 0.0
	for i, v := range y {
		sum += float64(p[i]) * float64(v)
	}
	return sum
}

// built allocates and draws the parameters.
func built(t testing.TB, ps *Params) *Params {
	t.Helper()
	require.NoError(t, ps.build())
	ps.draw(rand.New(rand.NewPCG(5, 7)))
	return ps
}

// weights are the variables of all parameters, given a gradient vector.
func weights(ps *Params, grad []float32) []Variable {
	var out []Variable
	for _, p := range ps.All() {
		out = append(out, Variable{p.Name, p.Value.Data(), p.In(grad)})
	}
	return out
}
