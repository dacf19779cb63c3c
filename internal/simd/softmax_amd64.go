//go:build !purego

package simd

func softmaxRows(p, x []float32, rows, cols, stride int, scale float32) {
	switch l := Active(); {
	case l >= AVX512:
		softmaxRowsAVX512(p, x, rows, cols, stride, scale)
	case l >= AVX2:
		softmaxRowsAVX2(p, x, rows, cols, stride, scale)
	default:
		softmaxRowsGeneric(p, x, rows, cols, stride, scale)
	}
}

//go:noescape
func softmaxRowsAVX512(p, x []float32, rows, cols, stride int, scale float32)

//go:noescape
func softmaxRowsAVX2(p, x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRows(ds, dp, p []float32, rows, cols, stride int, scale float32) {
	switch l := Active(); {
	case l >= AVX512:
		softmaxBackwardRowsAVX512(ds, dp, p, rows, cols, stride, scale)
	case l >= AVX2:
		softmaxBackwardRowsAVX2(ds, dp, p, rows, cols, stride, scale)
	default:
		softmaxBackwardRowsGeneric(ds, dp, p, rows, cols, stride, scale)
	}
}

//go:noescape
func softmaxBackwardRowsAVX512(ds, dp, p []float32, rows, cols, stride int, scale float32)

//go:noescape
func softmaxBackwardRowsAVX2(ds, dp, p []float32, rows, cols, stride int, scale float32)
