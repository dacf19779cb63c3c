package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// RoPE holds the rotation tables of rotary position embedding (arXiv
// 2104.09864) in the half-split form: positions 0..L-1, angle of pair i of a
// head with size h: position·theta^(-2i/h).
type RoPE struct {
	half     int
	cos, sin []float32 // [L, half]
	neg      []float32 // -sin, for the way back
}

// NewRoPE returns tables for the given positions and head size, which is even.
func NewRoPE(positions, headDim int, theta float64) *RoPE {
	half := headDim / 2
	r := &RoPE{half: half, cos: make([]float32, positions*half), sin: make([]float32, positions*half), neg: make([]float32, positions*half)}
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

// rotate turns one head's vector by the angles of a position.
func (r *RoPE) rotate(x []float32, position int) {
	i := position * r.half
	simd.Rope(x, r.cos[i:i+r.half], r.sin[i:i+r.half])
}

// unrotate undoes rotate, which is also its backward pass.
func (r *RoPE) unrotate(x []float32, position int) {
	i := position * r.half
	simd.Rope(x, r.cos[i:i+r.half], r.neg[i:i+r.half])
}
