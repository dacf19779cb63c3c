//go:build purego || !amd64

package simd

// Without a level that multiplies pairs, these are never called.

func microkernelPairs(_, _, _ int, _ []BF16, _, _ int, _ []BF16, _ int, _ []float32, _ []BF16, _ int, _ bool) {
	panic("simd: no kernel for pairs")
}

func ceilingPairs(int) { panic("simd: no kernel for pairs") }

func interleave([]BF16, int, Matrix[BF16]) { panic("simd: no kernel for pairs") }

func addBF16(dst, a, b []BF16) {
	addBF16Generic(dst, a, b)
}

func siluMulBF16(dst, gate, up []BF16) {
	siluMulBF16Generic(dst, gate, up)
}

func siluMulBackwardBF16(gate, up, dh []BF16) {
	siluMulBackwardBF16Generic(gate, up, dh)
}

func addRMSNormRowsBF16(y, x, res []BF16, r []float32, cols int, eps float32) {
	addRMSNormRowsBF16Generic(y, x, res, r, cols, eps)
}

func rmsNormBackwardRowsBF16(d, y []BF16, r []float32, cols int) {
	rmsNormBackwardRowsBF16Generic(d, y, r, cols)
}

func addRMSNormColsBF16(y, x, res []BF16, r []float32, rows int, eps float32) {
	addRMSNormColsBF16Generic(y, x, res, r, rows, eps)
}

func rmsNormBackwardColsBF16(d, y []BF16, r, tmp []float32, rows int) {
	rmsNormBackwardColsBF16Generic(d, y, r, tmp, rows)
}

func widen(dst []float32, src []BF16) { widenGeneric(dst, src) }

func round(dst []BF16, src []float32) { roundGeneric(dst, src) }
