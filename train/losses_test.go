package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
)

// A loss is computed in float64, and the differences take steps that float32
// holds exactly from logits on a grid: what is left is the rounding of the
// gradient to float32.
const (
	lossTolerance = 1e-6
	lossStep      = 1. / 64
	lossGrid      = 1. / 1024
)

// s is the function under stablemax, as its paper gives it.
func s(x float64) float64 {
	if x >= 0 {
		return x + 1
	}
	return 1 / (1 - x)
}

// referenceLoss is the mean over the labelled cells of -log p(label).
func referenceLoss(softmax bool, logits []float32, labels []int32) float64 {
	f := s
	if softmax {
		f = math.Exp
	}
	vocab, sum, count := len(logits)/len(labels), 0.0, 0
	for i, l := range labels {
		if l == none {
			continue
		}
		total := 0.0
		for _, x := range logits[i*vocab : (i+1)*vocab] {
			total += f(float64(x))
		}
		sum -= math.Log(f(float64(logits[i*vocab+int(l)])) / total)
		count++
	}
	return sum / float64(max(count, 1))
}

var lossLabels = map[string][]int32{
	"all labelled": {0, 1, 2, 3, 4, 5},
	"some ignored": {none, 5, 5, none, 0, 2},
	"one labelled": {none, none, 3, none, none, none},
}

func TestCrossEntropy(t *testing.T) {
	const vocab = 6
	for _, softmax := range []bool{false, true} {
		for name, labels := range lossLabels {
			t.Run(fmt.Sprintf("softmax=%v/%s", softmax, name), func(t *testing.T) {
				c := CrossEntropy{Softmax: softmax}
				logits := awayFromZero(rand.New(rand.NewPCG(8, 1)), len(labels)*vocab)
				const weight = 1.75
				grad := normals(rand.New(rand.NewPCG(8, 2)), len(logits), 1) // overwritten
				loss := c.Forward(logits, labels, grad, weight)
				require.InDelta(t, referenceLoss(softmax, logits, labels), loss, 1e-12)
				require.Equal(t, loss, c.Forward(logits, labels, nil, weight), "without gradient")
				found := fd.Gradient(nil, func(x []float64) float64 {
					return weight * c.Forward(narrow(x), labels, nil, 0)
				}, wide(logits), fivePoint(lossStep))
				require.LessOrEqual(t, floats.Distance(found, wide(grad), 2), lossTolerance*floats.Norm(found, 2))
				for i, l := range labels {
					if l == none {
						require.Equal(t, make([]float32, vocab), grad[i*vocab:(i+1)*vocab], "ignored cell %d", i)
					}
				}
			})
		}
	}
}

// awayFromZero returns logits of both signs that no difference takes across
// zero, where the slope of stablemax has a kink.
func awayFromZero(rng *rand.Rand, n int) []float32 {
	x := normals(rng, n, 2)
	for i, v := range x {
		x[i] = float32(math.Copysign(0.5, float64(v)) + math.Round(float64(v)/lossGrid)*lossGrid)
	}
	return x
}

func narrow(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

func TestCrossEntropyWithoutLabels(t *testing.T) {
	for _, softmax := range []bool{false, true} {
		grad := []float32{1, 2, 3, 4}
		loss := CrossEntropy{softmax}.Forward([]float32{1, 2, 3, 4}, []int32{none, none}, grad, 1)
		require.Zero(t, loss)
		require.Equal(t, make([]float32, 4), grad)
	}
}

// Extreme logits give finite losses and gradients, and ties at zero have the
// slope of both sides.
func TestCrossEntropyExtremes(t *testing.T) {
	for _, softmax := range []bool{false, true} {
		for _, logits := range [][]float32{{1e30, -1e30, 0}, {-1e30, 1e30, 1}, {0, 0, 0}, {1, 1, 1}, {-3e38, 3e38, -3e38}} {
			grad := make([]float32, 3)
			loss := CrossEntropy{softmax}.Forward(logits, []int32{0}, grad, 1)
			require.False(t, math.IsNaN(loss) || math.IsInf(loss, 0), "softmax %v of %v: %v", softmax, logits, loss)
			for _, g := range grad {
				require.False(t, math.IsNaN(float64(g)) || math.IsInf(float64(g), 0), "softmax %v of %v: %v", softmax, logits, grad)
			}
		}
	}
	grad := make([]float32, 2)
	loss := CrossEntropy{}.Forward([]float32{0, 0}, []int32{1}, grad, 1)
	require.InDelta(t, math.Ln2, loss, 1e-12)
	require.InDeltaSlice(t, []float32{0.5, -0.5}, grad, 1e-7)
}

func TestBCEWithLogits(t *testing.T) {
	for _, x := range []float64{-30, -3, -0.5, 0, 0.25, 2, 30} {
		for _, target := range []float64{0, 0.3, 1} {
			loss, grad := BCEWithLogits(x, target)
			p := 1 / (1 + math.Exp(-x))
			want := -target*math.Log(p) - (1-target)*math.Log1p(-p)
			if math.Abs(x) < 20 { // beyond, the plain formula loses its digits
				require.InDelta(t, want, loss, 1e-10)
			}
			slope := fd.Derivative(func(x float64) float64 { loss, _ := BCEWithLogits(x, target); return loss }, x, fivePoint(1e-2))
			require.InDelta(t, slope, grad, 1e-7, "at %v towards %v", x, target)
		}
	}
	for _, x := range []float64{-1e300, -1000, 1000, 1e300} {
		right, wrong := 0.0, 1.0
		if x > 0 {
			right, wrong = 1, 0
		}
		loss, grad := BCEWithLogits(x, right)
		require.Zero(t, loss)
		require.Zero(t, grad)
		loss, grad = BCEWithLogits(x, wrong)
		require.Equal(t, math.Abs(x), loss)
		require.Equal(t, 1.0, math.Abs(grad))
	}
}

func TestSigmoid(t *testing.T) {
	require.Equal(t, 0.5, Sigmoid(0))
	require.Equal(t, 1.0, Sigmoid(800))
	require.Zero(t, Sigmoid(-800))
	require.InDelta(t, 0.2689414213699951, Sigmoid(-1), 1e-15)
	require.InDelta(t, 1-0.2689414213699951, Sigmoid(1), 1e-15)
}
