package nn_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// eachPrecision runs f as a subtest with m laid out for each precision.
func eachPrecision(t *testing.T, m nn.Model, name string, f func(t *testing.T, m nn.Model)) {
	t.Helper()
	for _, p := range []nn.Precision{nn.FP32, nn.BF16, nn.INT8} {
		t.Run(name+"/"+string(p), func(t *testing.T) {
			m.Pack(p, true)
			f(t, m)
		})
	}
}

// One network call or two in bfloat16 stay near float32 with everything that
// they compute, gradients included.
func TestBF16FollowsFP32(t *testing.T) {
	shallow := func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 }
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range variants {
			t.Run(v.name, func(t *testing.T) {
				m := newModel(t, v, shallow)
				want, wantGrad := trainedStep(m, nn.FP32)
				got, gotGrad := trainedStep(m, nn.BF16)
				for _, c := range []struct {
					name      string
					got, want []float32
				}{
					{"logits", got.Logits, want.Logits}, {"q", got.Q, want.Q}, {"z_H", got.ZH, want.ZH}, {"z_L", got.ZL, want.ZL},
					{"puzzles", got.DPuzzles, want.DPuzzles}, {"gradient", gotGrad, wantGrad},
				} {
					if len(c.want) == 0 {
						continue
					}
					e := distance(c.got, c.want)
					require.Less(t, e, 0.05, c.name)
					require.NotZero(t, e, c.name)
				}
			})
		}
	})
}

// So does one in 8-bit integers with the answers.
func TestINT8FollowsFP32(t *testing.T) {
	shallow := func(a *nn.Arch) { a.HCycles, a.LCycles = 1, 1 }
	nn.EachLevel(t, func(t *testing.T) {
		for _, v := range variants {
			t.Run(v.name, func(t *testing.T) {
				m := newModel(t, v, shallow)
				step := func(p nn.Precision) *nn.Group {
					m.Pack(p, false)
					g := newGroup(m, 0, 1, 2)
					m.NewWorker(3, false).Step(g)
					return g
				}
				want, got := step(nn.FP32), step(nn.INT8)
				for _, c := range []struct {
					name      string
					got, want []float32
				}{{"logits", got.Logits, want.Logits}, {"q", got.Q, want.Q}, {"z_H", got.ZH, want.ZH}, {"z_L", got.ZL, want.ZL}} {
					if len(c.want) == 0 {
						continue
					}
					e := distance(c.got, c.want)
					require.Less(t, e, 0.05, c.name)
					require.NotZero(t, e, c.name)
				}
			})
		}
	})
}

// trainedStep returns a group after one step at a precision, and its gradient.
func trainedStep(m nn.Model, p nn.Precision) (*nn.Group, []float32) {
	m.Pack(p, true)
	g := newGroup(m, 0, 1, 2)
	w, grad := m.NewWorker(3, true), m.Params().NewVector()
	w.StepTrain(g)
	for i := range g.DLogits {
		g.DLogits[i] = float32(math.Sin(float64(i)))
	}
	for i := range g.DQ {
		g.DQ[i] = float32(i + 1)
	}
	w.Backward(g, grad)
	return g, grad
}

// distance is |got - want| / |want|.
func distance(got, want []float32) float64 {
	var diff, norm float64
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		diff += d * d
		norm += float64(w) * float64(w)
	}
	return math.Sqrt(diff / norm)
}

func TestPrecisionValidate(t *testing.T) {
	for _, p := range []nn.Precision{"", nn.FP32, nn.BF16, nn.INT8} {
		require.NoError(t, p.Validate())
	}
	require.ErrorContains(t, nn.Precision("float16").Validate(), "float16")
}
