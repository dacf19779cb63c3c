//go:build !purego

package simd

func softmaxRows(p, x []float32, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxRowsNEON(p, x, rows, cols, stride, scale)
		return
	}
	softmaxRowsGeneric(p, x, rows, cols, stride, scale)
}

// softmaxRowsNEON stores the softmax of the rows of x in p.
//
//go:noescape
func softmaxRowsNEON(p, x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRows(ds, dp, p []float32, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxBackwardRowsNEON(ds, dp, p, rows, cols, stride, scale)
		return
	}
	softmaxBackwardRowsGeneric(ds, dp, p, rows, cols, stride, scale)
}

// softmaxBackwardRowsNEON stores the gradients of the scores of p in ds.
//
//go:noescape
func softmaxBackwardRowsNEON(ds, dp, p []float32, rows, cols, stride int, scale float32)
