//go:build !purego

package simd

func siluMul(dst, gate, up []float32) {
	switch l := Active(); {
	case l >= AVX512:
		siluMulAVX512(dst, gate, up)
	case l >= AVX2:
		siluMulAVX2(dst, gate, up)
	default:
		siluMulGeneric(dst, gate, up)
	}
}

//go:noescape
func siluMulAVX512(dst, gate, up []float32)

//go:noescape
func siluMulAVX2(dst, gate, up []float32)

func siluMulBackward(gate, up, dh []float32) {
	switch l := Active(); {
	case l >= AVX512:
		siluMulBackwardAVX512(gate, up, dh)
	case l >= AVX2:
		siluMulBackwardAVX2(gate, up, dh)
	default:
		siluMulBackwardGeneric(gate, up, dh)
	}
}

//go:noescape
func siluMulBackwardAVX512(gate, up, dh []float32)

//go:noescape
func siluMulBackwardAVX2(gate, up, dh []float32)
