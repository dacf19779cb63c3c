package nn_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// eachPrecision runs f as a subtest with m laid out for each precision.
func eachPrecision(t *testing.T, m *nn.Model, name string, f func(t *testing.T, m *nn.Model)) {
	t.Helper()
	for _, p := range []nn.Precision{nn.FP32, nn.BF16, nn.INT8} {
		t.Run(name+"/"+string(p), func(t *testing.T) {
			require.NoError(t, m.Pack(p, p != nn.INT8))
			f(t, m)
		})
	}
}

// One network call or two in bfloat16 stay near float32 with everything that
// they compute, gradients included.
func TestBF16FollowsFP32(t *testing.T) {
	shallow := func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 }
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range families {
			t.Run(v.name, func(t *testing.T) {
				m := newModel(t, v, shallow)
				want, wantGrad := trainedStep(t, m, nn.FP32)
				got, gotGrad := trainedStep(t, m, nn.BF16)
				requireNear(t, m, got, want)
				requireOff(t, "gradient", gotGrad, wantGrad)
				if m.PuzzleTable() != nil {
					requireOff(t, "puzzles", got.DPuzzles, want.DPuzzles)
				}
			})
		}
	})
}

// So does one in 8-bit integers with the answers.
func TestINT8FollowsFP32(t *testing.T) {
	shallow := func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 }
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range families {
			t.Run(v.name, func(t *testing.T) {
				m := newModel(t, v, shallow)
				step := func(p nn.Precision) *nn.Group {
					require.NoError(t, m.Pack(p, false))
					g := newGroup(m, 0, 1, 2)
					require.NoError(t, m.NewWorker(3, 1).Step(g))
					return g
				}
				want, got := step(nn.FP32), step(nn.INT8)
				requireNear(t, m, got, want)
			})
		}
	})
}

// trainedStep returns a group after one step at a precision, and its gradient.
func trainedStep(t *testing.T, m *nn.Model, p nn.Precision) (*nn.Group, []float32) {
	require.NoError(t, m.Pack(p, true))
	g := newGroup(m, 0, 1, 2)
	w, grad := newTrainingWorker(t, m, 3), m.Params().NewVector()
	require.NoError(t, w.StepTrain(g))
	for _, out := range g.Outs {
		for i := range out.DLogits {
			out.DLogits[i] = float32(math.Sin(float64(i)))
		}
		for i := range out.DQ {
			out.DQ[i] = float32(i + 1)
		}
	}
	require.NoError(t, w.Backward(g, grad))
	return g, grad
}

// requireNear holds what a step gave against the same step in float32.
func requireNear(t *testing.T, m *nn.Model, got, want *nn.Group) {
	t.Helper()
	for i, w := range want.Outs {
		requireOff(t, fmt.Sprint("logits ", i), got.Outs[i].Logits, w.Logits)
		requireOff(t, fmt.Sprint("q ", i), got.Outs[i].Q, w.Q)
	}
	for i, name := range m.States() {
		requireOff(t, name, got.Carry.State(i), want.Carry.State(i))
	}
}

// requireOff wants numbers that are rounded, but not wrong.
func requireOff(t *testing.T, what string, got, want []float32) {
	t.Helper()
	e := nn.Distance(got, want)
	require.Less(t, e, 0.05, what)
	require.NotZero(t, e, what)
}

func TestSIMDLevel(t *testing.T) {
	level, err := nn.SIMDLevel()
	require.Equal(t, simd.Active().String(), level)
	require.Equal(t, simd.EnvError(), err)
}

func TestPrecisionValidate(t *testing.T) {
	for _, p := range []nn.Precision{"", nn.FP32, nn.BF16, nn.INT8} {
		require.NoError(t, p.Validate())
	}
	require.ErrorContains(t, nn.Precision("float16").Validate(), "float16")
}
