//go:build !purego

package simd

func softmaxRows(x []float32, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxRowsNEON(x, rows, cols, stride, scale)
		return
	}
	softmaxRowsGeneric(x, rows, cols, stride, scale)
}

// softmaxRowsNEON replaces rows by their softmax.
//
//go:noescape
func softmaxRowsNEON(x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRows(dp, p []float32, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxBackwardRowsNEON(dp, p, rows, cols, stride, scale)
		return
	}
	softmaxBackwardRowsGeneric(dp, p, rows, cols, stride, scale)
}

// softmaxBackwardRowsNEON replaces the gradients of p by those of its scores.
//
//go:noescape
func softmaxBackwardRowsNEON(dp, p []float32, rows, cols, stride int, scale float32)
