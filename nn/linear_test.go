package nn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinear(t *testing.T) {
	EachLevel(t, func(t *testing.T) {
		const rows, in, out = 5, 7, 9
		var ps Params
		newLinear(&ps, "before", 3, 5)
		l := newLinear(&ps, "w", in, out)
		built(t, &ps)
		rng := rand.New(rand.NewPCG(1, 1))
		x, p, y := Normals(rng, rows*in, 1), Normals(rng, rows*out, 1), make([]float32, rows*out)
		var s scratch[float32]
		loss := func() float64 {
			l.pack(FP32, false)
			s.linear(l, y, x, rows)
			return Project(p, y)
		}
		loss()
		for i := range rows {
			for o := range out {
				want := Project(l.w.Value.Data()[o*in:(o+1)*in], x[i*in:(i+1)*in])
				require.InDelta(t, want, y[i*out+o], 1e-5)
			}
		}

		l.pack(FP32, true)
		dx, grad := make([]float32, rows*in), ps.NewVector()
		s.linearBackward(l, dx, p, rows, false)
		s.linearGradient(l, grad, x, p, rows)
		CheckElements(t, loss, LayerTolerance, Variable{"x", x, dx}, Variable{"w", l.w.Value.Data(), l.w.In(grad)})
		require.Equal(t, make([]float32, 15), ps.All()[0].In(grad), "another weight's gradient")
		checkAccumulation(t, dx, grad,
			func(dx []float32) { s.linearBackward(l, dx, p, rows, true) },
			func(grad []float32) { s.linearGradient(l, grad, x, p, rows) })
	})
}

func TestTokenLinear(t *testing.T) {
	EachLevel(t, func(t *testing.T) {
		const n, d, in, out = 3, 11, 5, 8
		var ps Params
		l := newTokenLinear(&ps, "w", in, out)
		built(t, &ps)
		rng := rand.New(rand.NewPCG(2, 1))
		x, p, y := Normals(rng, n*in*d, 1), Normals(rng, n*out*d, 1), make([]float32, n*out*d)
		var s scratch[float32]
		loss := func() float64 {
			l.pack(FP32, false)
			s.tokenLinear(l, y, x, n, d)
			return Project(p, y)
		}
		loss()
		for i := range n * out * d {
			puzzle, o, c := i/(out*d), i/d%out, i%d
			want := 0.0
			for j := range in {
				want += float64(l.w.Value.Data()[o*in+j]) * float64(x[(puzzle*in+j)*d+c])
			}
			require.InDelta(t, want, y[i], 1e-5)
		}

		l.pack(FP32, true)
		dx, grad := make([]float32, n*in*d), ps.NewVector()
		s.tokenLinearBackward(l, dx, p, n, d, false)
		s.tokenLinearGradient(l, grad, x, p, n, d)
		CheckElements(t, loss, LayerTolerance, Variable{"x", x, dx}, Variable{"w", l.w.Value.Data(), l.w.In(grad)})
		checkAccumulation(t, dx, grad,
			func(dx []float32) { s.tokenLinearBackward(l, dx, p, n, d, true) },
			func(grad []float32) { s.tokenLinearGradient(l, grad, x, p, n, d) })
	})
}

// checkAccumulation runs the passes that add on top of a known vector.
func checkAccumulation(t *testing.T, dx, grad []float32, backward, gradient func([]float32)) {
	t.Helper()
	for _, c := range []struct {
		name string
		once []float32
		add  func([]float32)
	}{{"dx", dx, backward}, {"grad", grad, gradient}} {
		twice := slices.Clone(c.once)
		c.add(twice)
		for i, v := range c.once {
			require.InDelta(t, 2*v, twice[i], 1e-5, "%s[%d]", c.name, i)
		}
	}
}
