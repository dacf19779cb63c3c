//go:build !purego

package simd

func addRMSNormRows(y, x, res, r []float32, cols int, eps float32) {
	switch l := Active(); {
	case l >= AVX512:
		addRMSNormRowsAVX512(y, x, res, r, cols, eps)
	case l >= AVX2:
		addRMSNormRowsAVX2(y, x, res, r, cols, eps)
	default:
		addRMSNormRowsGeneric(y, x, res, r, cols, eps)
	}
}

//go:noescape
func addRMSNormRowsAVX512(y, x, res, r []float32, cols int, eps float32)

//go:noescape
func addRMSNormRowsAVX2(y, x, res, r []float32, cols int, eps float32)

func rmsNormBackwardRows(d, y, r []float32, cols int) {
	switch l := Active(); {
	case l >= AVX512:
		rmsNormBackwardRowsAVX512(d, y, r, cols)
	case l >= AVX2:
		rmsNormBackwardRowsAVX2(d, y, r, cols)
	default:
		rmsNormBackwardRowsGeneric(d, y, r, cols)
	}
}

//go:noescape
func rmsNormBackwardRowsAVX512(d, y, r []float32, cols int)

//go:noescape
func rmsNormBackwardRowsAVX2(d, y, r []float32, cols int)

func addRMSNormCols(y, x, res, r []float32, rows int, eps float32) {
	switch l := Active(); {
	case l >= AVX512:
		addRMSNormColsAVX512(y, x, res, r, rows, eps)
	case l >= AVX2:
		addRMSNormColsAVX2(y, x, res, r, rows, eps)
	default:
		addRMSNormColsGeneric(y, x, res, r, rows, eps)
	}
}

//go:noescape
func addRMSNormColsAVX512(y, x, res, r []float32, rows int, eps float32)

//go:noescape
func addRMSNormColsAVX2(y, x, res, r []float32, rows int, eps float32)

func rmsNormBackwardCols(d, y, r, tmp []float32, rows int) {
	switch l := Active(); {
	case l >= AVX512:
		rmsNormBackwardColsAVX512(d, y, r, tmp, rows)
	case l >= AVX2:
		rmsNormBackwardColsAVX2(d, y, r, tmp, rows)
	default:
		rmsNormBackwardColsGeneric(d, y, r, tmp, rows)
	}
}

//go:noescape
func rmsNormBackwardColsAVX512(d, y, r, tmp []float32, rows int)

//go:noescape
func rmsNormBackwardColsAVX2(d, y, r, tmp []float32, rows int)
