//go:build !purego

package simd

func siluMul(dst, gate, up []float32) {
	if Active() == NEON {
		siluMulNEON(dst, gate, up)
		return
	}
	siluMulGeneric(dst, gate, up)
}

// siluMulNEON stores silu(gate)·up in dst.
//
//go:noescape
func siluMulNEON(dst, gate, up []float32)

func siluMulBackward(gate, up, dh []float32) {
	if Active() == NEON {
		siluMulBackwardNEON(gate, up, dh)
		return
	}
	siluMulBackwardGeneric(gate, up, dh)
}

// siluMulBackwardNEON replaces gate and up by the gradients with respect to them.
//
//go:noescape
func siluMulBackwardNEON(gate, up, dh []float32)
