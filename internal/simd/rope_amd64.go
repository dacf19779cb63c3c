//go:build !purego

package simd

func rope(x, cos, sin []float32) {
	switch l := Active(); {
	case l >= AVX512:
		ropeAVX512(x, cos, sin)
	case l >= AVX2:
		ropeAVX2(x, cos, sin)
	default:
		ropeGeneric(x, cos, sin)
	}
}

//go:noescape
func ropeAVX512(x, cos, sin []float32)

//go:noescape
func ropeAVX2(x, cos, sin []float32)
