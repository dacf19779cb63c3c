//go:build !purego

package simd

func addBF16(dst, a, b []BF16) {
	if Active() == NEON {
		addBF16NEON(dst, a, b)
		return
	}
	addBF16Generic(dst, a, b)
}

// addBF16NEON adds b to a.
//
//go:noescape
func addBF16NEON(dst, a, b []BF16)

func siluMulBF16(dst, gate, up []BF16) {
	if Active() == NEON {
		siluMulBF16NEON(dst, gate, up)
		return
	}
	siluMulBF16Generic(dst, gate, up)
}

// siluMulBF16NEON stores silu(gate)·up in dst.
//
//go:noescape
func siluMulBF16NEON(dst, gate, up []BF16)

func siluMulBackwardBF16(gate, up, dh []BF16) {
	if Active() == NEON {
		siluMulBackwardBF16NEON(gate, up, dh)
		return
	}
	siluMulBackwardBF16Generic(gate, up, dh)
}

// siluMulBackwardBF16NEON replaces gate and up by the gradients with respect to them.
//
//go:noescape
func siluMulBackwardBF16NEON(gate, up, dh []BF16)

func addRMSNormRowsBF16(y, x, res []BF16, r []float32, cols int, eps float32) {
	if Active() == NEON {
		addRMSNormRowsBF16NEON(y, x, res, r, cols, eps)
		return
	}
	addRMSNormRowsBF16Generic(y, x, res, r, cols, eps)
}

// addRMSNormRowsBF16NEON normalises the rows of x + res.
//
//go:noescape
func addRMSNormRowsBF16NEON(y, x, res []BF16, r []float32, cols int, eps float32)

func rmsNormBackwardRowsBF16(d, y []BF16, r []float32, cols int) {
	if Active() == NEON {
		rmsNormBackwardRowsBF16NEON(d, y, r, cols)
		return
	}
	rmsNormBackwardRowsBF16Generic(d, y, r, cols)
}

// rmsNormBackwardRowsBF16NEON replaces the gradients of normalised rows by those of the sums.
//
//go:noescape
func rmsNormBackwardRowsBF16NEON(d, y []BF16, r []float32, cols int)

func addRMSNormColsBF16(y, x, res []BF16, r []float32, rows int, eps float32) {
	if Active() == NEON {
		addRMSNormColsBF16NEON(y, x, res, r, rows, eps)
		return
	}
	addRMSNormColsBF16Generic(y, x, res, r, rows, eps)
}

// addRMSNormColsBF16NEON normalises the columns of x + res.
//
//go:noescape
func addRMSNormColsBF16NEON(y, x, res []BF16, r []float32, rows int, eps float32)

func rmsNormBackwardColsBF16(d, y []BF16, r, tmp []float32, rows int) {
	if Active() == NEON {
		rmsNormBackwardColsBF16NEON(d, y, r, tmp, rows)
		return
	}
	rmsNormBackwardColsBF16Generic(d, y, r, tmp, rows)
}

// rmsNormBackwardColsBF16NEON replaces the gradients of normalised columns by those of the sums.
//
//go:noescape
func rmsNormBackwardColsBF16NEON(d, y []BF16, r, tmp []float32, rows int)

func softmaxRowsBF16(p []BF16, x []float32, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxRowsBF16NEON(p, x, rows, cols, stride, scale)
		return
	}
	softmaxRowsBF16Generic(p, x, rows, cols, stride, scale)
}

// softmaxRowsBF16NEON stores the softmax of the rows of x in p.
//
//go:noescape
func softmaxRowsBF16NEON(p []BF16, x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRowsBF16(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32) {
	if Active() == NEON {
		softmaxBackwardRowsBF16NEON(ds, dp, p, rows, cols, stride, scale)
		return
	}
	softmaxBackwardRowsBF16Generic(ds, dp, p, rows, cols, stride, scale)
}

// softmaxBackwardRowsBF16NEON stores the gradients of the scores of p in ds.
//
//go:noescape
func softmaxBackwardRowsBF16NEON(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32)

func ropeBF16(x []BF16, cos, sin []float32) {
	if Active() == NEON {
		ropeBF16NEON(x, cos, sin)
		return
	}
	ropeBF16Generic(x, cos, sin)
}

// ropeBF16NEON rotates the heads of x.
//
//go:noescape
func ropeBF16NEON(x []BF16, cos, sin []float32)

func widen(dst []float32, src []BF16) {
	if Active() == NEON {
		for i, j := range blocks(len(dst)) {
			widenBF16NEON(dst[i:j], src[i:j])
		}
		return
	}
	widenGeneric(dst, src)
}

// widenBF16NEON stores src in dst.
//
//go:noescape
func widenBF16NEON(dst []float32, src []BF16)

func round(dst []BF16, src []float32) {
	if Active() == NEON {
		for i, j := range blocks(len(dst)) {
			roundBF16NEON(dst[i:j], src[i:j])
		}
		return
	}
	roundGeneric(dst, src)
}

// roundBF16NEON rounds src to the nearest numbers, to the even one of two.
//
//go:noescape
func roundBF16NEON(dst []BF16, src []float32)
