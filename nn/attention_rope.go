package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// rope holds the rotation tables of rotary position embedding (arXiv
// 2104.09864) in the half-split form: positions 0..L-1, angle of pair i of a
// head with size h: position·theta^(-2i/h).
type rope struct {
	half     int
	cos, sin []float32 // [L, half]
	neg      []float32 // -sin, for the way back
}

// newRoPE returns tables for the given positions and head size, which is even.
func newRoPE(positions, headDim int, theta float64) *rope {
	half := headDim / 2
	r := &rope{half: half, cos: make([]float32, positions*half), sin: make([]float32, positions*half), neg: make([]float32, positions*half)}
	for i := range half {
		freq := 1 / math.Pow(theta, float64(2*i)/float64(headDim))
		for p := range positions {
			// The published code multiplies in float32 before taking the cosine.
			angle := float64(float32(p) * float32(freq))
			r.cos[p*half+i] = float32(math.Cos(angle))
			r.sin[p*half+i] = float32(math.Sin(angle))
			r.neg[p*half+i] = -r.sin[p*half+i]
		}
	}
	return r
}

// rotate turns the heads in the first width numbers of each row of x, rows of
// the given length, by the angles of their positions, whose sines are sin; the
// negated ones undo it, which is also its backward pass. The first row is
// number first of those of several puzzles.
func rotate[T simd.Element](r *rope, sin []float32, x []T, first, length, width int) {
	positions := len(r.cos) / r.half
	for i := range len(x) / length {
		at := (first + i) % positions * r.half
		simd.Rope(x[i*length:][:width], r.cos[at:at+r.half], sin[at:at+r.half])
	}
}
