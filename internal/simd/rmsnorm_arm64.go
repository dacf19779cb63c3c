//go:build !purego

package simd

func addRMSNormRows(y, x, res, r []float32, cols int, eps float32) {
	if Active() == NEON {
		addRMSNormRowsNEON(y, x, res, r, cols, eps)
		return
	}
	addRMSNormRowsGeneric(y, x, res, r, cols, eps)
}

// addRMSNormRowsNEON normalises the rows of x + res.
//
//go:noescape
func addRMSNormRowsNEON(y, x, res, r []float32, cols int, eps float32)

func rmsNormBackwardRows(d, y, r []float32, cols int) {
	if Active() == NEON {
		rmsNormBackwardRowsNEON(d, y, r, cols)
		return
	}
	rmsNormBackwardRowsGeneric(d, y, r, cols)
}

// rmsNormBackwardRowsNEON replaces the gradients of normalised rows by those of the sums.
//
//go:noescape
func rmsNormBackwardRowsNEON(d, y, r []float32, cols int)

func addRMSNormCols(y, x, res, r []float32, rows int, eps float32) {
	if Active() == NEON {
		addRMSNormColsNEON(y, x, res, r, rows, eps)
		return
	}
	addRMSNormColsGeneric(y, x, res, r, rows, eps)
}

// addRMSNormColsNEON normalises the columns of x + res.
//
//go:noescape
func addRMSNormColsNEON(y, x, res, r []float32, rows int, eps float32)

func rmsNormBackwardCols(d, y, r, tmp []float32, rows int) {
	if Active() == NEON {
		rmsNormBackwardColsNEON(d, y, r, tmp, rows)
		return
	}
	rmsNormBackwardColsGeneric(d, y, r, tmp, rows)
}

// rmsNormBackwardColsNEON replaces the gradients of normalised columns by those of the sums.
//
//go:noescape
func rmsNormBackwardColsNEON(d, y, r, tmp []float32, rows int)
