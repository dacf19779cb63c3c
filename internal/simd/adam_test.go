package simd

import (
	"math"
	"testing"
)

// atan2 computes atan2(y, x) by way of [AdamATan2] with frozen moments; x is
// rounded as the optimiser rounds it, and returned.
func atan2(y, x []float32) (angle, rounded []float32) {
	angle, rounded = make([]float32, len(y)), make([]float32, len(y))
	v := make([]float32, len(x))
	for i := range x {
		v[i] = x[i] * x[i]
		rounded[i] = sqrt32(v[i])
	}
	m := append([]float32(nil), y...)
	AdamATan2(angle, m, v, make([]float32, len(y)), AdamStep{StepSize: -1, Correction2: 1})
	return angle, rounded
}

func TestATan2Accuracy(t *testing.T) {
	const bound = 2e-7
	var y, x []float32
	for e := -149; e < 120; e++ { // gradients and moments of all magnitudes
		for d := -40; d <= 40; d++ {
			for f := 1.0; f < 2; f += 0.13 {
				y = append(y, float32(math.Ldexp(f, e)), -float32(math.Ldexp(f, e)))
				z := float32(math.Ldexp(2.1-f/3, min(e+d, 60)))
				x = append(x, z, z)
			}
		}
	}
	for i := range 100_000 { // the polynomial's whole range
		y = append(y, float32(i)/100_000, 1)
		x = append(x, 1, float32(i)/100_000)
	}
	forEachLevel(t, func(t *testing.T, _ Level) {
		got, x := atan2(y, x)
		for i, g := range got {
			want := math.Atan2(float64(y[i]), float64(x[i]))
			// A subnormal result has fewer digits.
			if e := math.Abs(float64(g) - want); !(e <= bound*math.Abs(want)+math.SmallestNonzeroFloat32) {
				t.Fatalf("atan2(%v, %v) is %v, want %v", y[i], x[i], g, want)
			}
		}
	})
}

func TestATan2Limits(t *testing.T) {
	const halfPi = float32(math.Pi / 2)
	const tiny = float32(math.SmallestNonzeroFloat32)
	y := []float32{0, 0, tiny, -tiny, 1e-38, 1, -1, 1e30, 1e-30}
	x := []float32{0, 1, 0, 0, 0, 0, 0, 1e-15, 1e15}
	want := []float32{0, 0, halfPi, -halfPi, halfPi, halfPi, -halfPi, halfPi, 1e-45}
	forEachLevel(t, func(t *testing.T, _ Level) {
		got, _ := atan2(y, x)
		for i, w := range want {
			if got[i] != w {
				t.Errorf("atan2(%v, %v) is %v, want %v", y[i], x[i], got[i], w)
			}
		}
		nan := float32(math.NaN())
		got, _ = atan2([]float32{nan, 1, nan, nan}, []float32{1, nan, nan, 0})
		for i, g := range got {
			if !math.IsNaN(float64(g)) {
				t.Errorf("atan2 number %d with a NaN is %v", i, g)
			}
		}
	})
}

// TestAdamTinyGradients: the square of the gradient underflows, but the step
// still has the full length.
func TestAdamTinyGradients(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		const n = 37
		p, m, v, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range g {
			g[i] = float32(1e-25 * float64(1-2*(i%2)))
		}
		s := AdamStep{Weight1: 0.1, Weight2: 0.05, Decay: 1, StepSize: 2, Correction2: 1}
		AdamATan2(p, m, v, g, s)
		for i := range p {
			want := -float32(math.Copysign(math.Pi, float64(g[i])))
			if v[i] != 0 || m[i] == 0 || p[i] != want {
				t.Fatalf("number %d: m %v, v %v, p %v, want %v", i, m[i], v[i], p[i], want)
			}
		}
	})
}
