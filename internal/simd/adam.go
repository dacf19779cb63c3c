package simd

import "math"

// AdamStep holds the scalars of one Adam update.
type AdamStep struct {
	Weight1     float32 // 1 - beta1, of the new gradient in the first moment
	Weight2     float32 // 1 - beta2, of its square in the second
	Decay       float32 // 1 - learning rate·weight decay
	StepSize    float32 // learning rate / (1 - beta1^t)
	Correction2 float32 // 1 / sqrt(1 - beta2^t)
	Eps         float32 // AdamW only
}

// AdamATan2 updates the parameters p and the moments m and v from the
// gradient g: both moments are interpolated towards g and g², then p =
// Decay·p - StepSize·atan2(m, sqrt(v)·Correction2).
func AdamATan2(p, m, v, g []float32, s AdamStep) {
	checkAdam(p, m, v, g)
	k := active.Load()
	for i, j := range blocks(len(p)) {
		k.floats.adamATan2(p[i:j], m[i:j], v[i:j], g[i:j], s.Weight1, s.Weight2, s.Decay, s.StepSize, s.Correction2)
	}
}

// AdamW is [AdamATan2] with the quotient m / (sqrt(v)·Correction2 + Eps) in
// place of the arc tangent.
func AdamW(p, m, v, g []float32, s AdamStep) {
	checkAdam(p, m, v, g)
	k := active.Load()
	for i, j := range blocks(len(p)) {
		k.floats.adamW(p[i:j], m[i:j], v[i:j], g[i:j], s.Weight1, s.Weight2, s.Decay, s.StepSize, s.Correction2, s.Eps)
	}
}

func checkAdam(p, m, v, g []float32) {
	checkLen(len(p), len(m))
	checkLen(len(p), len(v))
	checkLen(len(p), len(g))
}

func adamATan2Generic(p, m, v, g []float32, w1, w2, decay, step, correction2 float32) {
	for i, d := range g {
		m[i] += w1 * (d - m[i])
		v[i] += w2 * (d*d - v[i])
		p[i] = p[i]*decay - step*atan2Positive(m[i], sqrt32(v[i])*correction2)
	}
}

func adamWGeneric(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32) {
	for i, d := range g {
		m[i] += w1 * (d - m[i])
		v[i] += w2 * (d*d - v[i])
		p[i] = p[i]*decay - step*(m[i]/(sqrt32(v[i])*correction2+eps))
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// The arc tangent shared by every level: atan(t) = t + t³·q(t²) for 0 <= t <=
// 1, where q, of degree 7, is the minimax polynomial for the relative error
// (1.7e-8 before rounding). _asm/vec has the same constants.
const (
	atanQ0 = -0.33333153
	atanQ1 = 0.19993772
	atanQ2 = -0.14211048
	atanQ3 = 0.10665979
	atanQ4 = -0.075521584
	atanQ5 = 0.043211192
	atanQ6 = -0.016367514
	atanQ7 = 0.0029205885
)

// atan2Positive returns atan2(y, x) for x >= 0 with a relative error below
// 2e-7; 0 where both are 0. It is NaN where x or y is, or both are infinite.
func atan2Positive(y, x float32) float32 {
	abs := math.Float32frombits(math.Float32bits(y) &^ (1 << 31))
	// The denominator may be any positive number where both are 0.
	t := min(abs, x) / max(abs, x, math.SmallestNonzeroFloat32)
	s := t * t
	q := float32(atanQ7)
	q = q*s + atanQ6
	q = q*s + atanQ5
	q = q*s + atanQ4
	q = q*s + atanQ3
	q = q*s + atanQ2
	q = q*s + atanQ1
	q = q*s + atanQ0
	a := q*(s*t) + t
	if abs > x {
		a = math.Pi/2 - a
	}
	return math.Float32frombits(math.Float32bits(a) | math.Float32bits(y)&(1<<31))
}
