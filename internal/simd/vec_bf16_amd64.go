//go:build !purego

package simd

// The kernels on bfloat16 numbers exist for one level; they are emulated below
// it.

func addBF16(dst, a, b []BF16) {
	if Active() == AVX512BF16 {
		addAVX512BF16(dst, a, b)
		return
	}
	addBF16Generic(dst, a, b)
}

//go:noescape
func addAVX512BF16(dst, a, b []BF16)

func siluMulBF16(dst, gate, up []BF16) {
	if Active() == AVX512BF16 {
		siluMulAVX512BF16(dst, gate, up)
		return
	}
	siluMulBF16Generic(dst, gate, up)
}

//go:noescape
func siluMulAVX512BF16(dst, gate, up []BF16)

func siluMulBackwardBF16(gate, up, dh []BF16) {
	if Active() == AVX512BF16 {
		siluMulBackwardAVX512BF16(gate, up, dh)
		return
	}
	siluMulBackwardBF16Generic(gate, up, dh)
}

//go:noescape
func siluMulBackwardAVX512BF16(gate, up, dh []BF16)

func addRMSNormRowsBF16(y, x, res []BF16, r []float32, cols int, eps float32) {
	if Active() == AVX512BF16 {
		addRMSNormRowsAVX512BF16(y, x, res, r, cols, eps)
		return
	}
	addRMSNormRowsBF16Generic(y, x, res, r, cols, eps)
}

//go:noescape
func addRMSNormRowsAVX512BF16(y, x, res []BF16, r []float32, cols int, eps float32)

func rmsNormBackwardRowsBF16(d, y []BF16, r []float32, cols int) {
	if Active() == AVX512BF16 {
		rmsNormBackwardRowsAVX512BF16(d, y, r, cols)
		return
	}
	rmsNormBackwardRowsBF16Generic(d, y, r, cols)
}

//go:noescape
func rmsNormBackwardRowsAVX512BF16(d, y []BF16, r []float32, cols int)

func addRMSNormColsBF16(y, x, res []BF16, r []float32, rows int, eps float32) {
	if Active() == AVX512BF16 {
		addRMSNormColsAVX512BF16(y, x, res, r, rows, eps)
		return
	}
	addRMSNormColsBF16Generic(y, x, res, r, rows, eps)
}

//go:noescape
func addRMSNormColsAVX512BF16(y, x, res []BF16, r []float32, rows int, eps float32)

func rmsNormBackwardColsBF16(d, y []BF16, r, tmp []float32, rows int) {
	if Active() == AVX512BF16 {
		rmsNormBackwardColsAVX512BF16(d, y, r, tmp, rows)
		return
	}
	rmsNormBackwardColsBF16Generic(d, y, r, tmp, rows)
}

//go:noescape
func rmsNormBackwardColsAVX512BF16(d, y []BF16, r, tmp []float32, rows int)

func softmaxRowsBF16(p []BF16, x []float32, rows, cols, stride int, scale float32) {
	if Active() == AVX512BF16 {
		softmaxRowsAVX512BF16(p, x, rows, cols, stride, scale)
		return
	}
	softmaxRowsBF16Generic(p, x, rows, cols, stride, scale)
}

//go:noescape
func softmaxRowsAVX512BF16(p []BF16, x []float32, rows, cols, stride int, scale float32)

func softmaxBackwardRowsBF16(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32) {
	if Active() == AVX512BF16 {
		softmaxBackwardRowsAVX512BF16(ds, dp, p, rows, cols, stride, scale)
		return
	}
	softmaxBackwardRowsBF16Generic(ds, dp, p, rows, cols, stride, scale)
}

//go:noescape
func softmaxBackwardRowsAVX512BF16(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32)

func ropeBF16(x []BF16, cos, sin []float32) {
	if Active() == AVX512BF16 {
		ropeAVX512BF16(x, cos, sin)
		return
	}
	ropeBF16Generic(x, cos, sin)
}

//go:noescape
func ropeAVX512BF16(x []BF16, cos, sin []float32)

func widen(dst []float32, src []BF16) {
	if Active() == AVX512BF16 {
		for i, j := range blocks(len(dst)) {
			widenAVX512BF16(dst[i:j], src[i:j])
		}
		return
	}
	widenGeneric(dst, src)
}

//go:noescape
func widenAVX512BF16(dst []float32, src []BF16)

func round(dst []BF16, src []float32) {
	if Active() == AVX512BF16 {
		for i, j := range blocks(len(dst)) {
			roundAVX512BF16(dst[i:j], src[i:j])
		}
		return
	}
	roundGeneric(dst, src)
}

//go:noescape
func roundAVX512BF16(dst []BF16, src []float32)
