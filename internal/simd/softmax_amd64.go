//go:build !purego

package simd

func softmaxRows(x []float32, rows, cols, stride int, scale float32) {
	switch l := Active(); {
	case l >= AVX512:
		softmaxRowsAVX512(x, rows, cols, stride, scale)
	case l >= AVX2:
		softmaxRowsAVX2(x, rows, cols, stride, scale)
	default:
		softmaxRowsGeneric(x, rows, cols, stride, scale)
	}
}

//go:noescape
func softmaxRowsAVX512(x []float32, rows, cols, stride int, scale float32)

//go:noescape
func softmaxRowsAVX2(x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRows(dp, p []float32, rows, cols, stride int, scale float32) {
	switch l := Active(); {
	case l >= AVX512:
		softmaxBackwardRowsAVX512(dp, p, rows, cols, stride, scale)
	case l >= AVX2:
		softmaxBackwardRowsAVX2(dp, p, rows, cols, stride, scale)
	default:
		softmaxBackwardRowsGeneric(dp, p, rows, cols, stride, scale)
	}
}

//go:noescape
func softmaxBackwardRowsAVX512(dp, p []float32, rows, cols, stride int, scale float32)

//go:noescape
func softmaxBackwardRowsAVX2(dp, p []float32, rows, cols, stride int, scale float32)
