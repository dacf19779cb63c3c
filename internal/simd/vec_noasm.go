//go:build purego || !(amd64 || arm64)

package simd

// No other architecture has vector kernels: the portable ones serve every
// level.

func add(dst, a, b []float32) {
	addGeneric(dst, a, b)
}

func scale(x []float32, s float32) {
	scaleGeneric(x, s)
}

func dot(a, b []float32) float32 {
	return dotGeneric(a, b)
}

func sumSquares(x []float32) float64 {
	return sumSquaresGeneric(x)
}

func lerp(dst, src []float32, w float32) {
	lerpGeneric(dst, src, w)
}

func siluMul(dst, gate, up []float32) {
	siluMulGeneric(dst, gate, up)
}

func siluMulBackward(gate, up, dh []float32) {
	siluMulBackwardGeneric(gate, up, dh)
}

func softmaxRows(p, x []float32, rows, cols, stride int, scale float32) {
	softmaxRowsGeneric(p, x, rows, cols, stride, scale)
}

func softmaxBackwardRows(ds, dp, p []float32, rows, cols, stride int, scale float32) {
	softmaxBackwardRowsGeneric(ds, dp, p, rows, cols, stride, scale)
}

func addRMSNormRows(y, x, res, r []float32, cols int, eps float32) {
	addRMSNormRowsGeneric(y, x, res, r, cols, eps)
}

func rmsNormBackwardRows(d, y, r []float32, cols int) {
	rmsNormBackwardRowsGeneric(d, y, r, cols)
}

func addRMSNormCols(y, x, res, r []float32, rows int, eps float32) {
	addRMSNormColsGeneric(y, x, res, r, rows, eps)
}

func rmsNormBackwardCols(d, y, r, tmp []float32, rows int) {
	rmsNormBackwardColsGeneric(d, y, r, tmp, rows)
}

func rope(x, cos, sin []float32) {
	ropeGeneric(x, cos, sin)
}

func adamATan2(p, m, v, g []float32, w1, w2, decay, step, correction2 float32) {
	adamATan2Generic(p, m, v, g, w1, w2, decay, step, correction2)
}

func adamW(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32) {
	adamWGeneric(p, m, v, g, w1, w2, decay, step, correction2, eps)
}

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

func softmaxRowsBF16(p []BF16, x []float32, rows, cols, stride int, scale float32) {
	softmaxRowsBF16Generic(p, x, rows, cols, stride, scale)
}

func softmaxBackwardRowsBF16(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32) {
	softmaxBackwardRowsBF16Generic(ds, dp, p, rows, cols, stride, scale)
}

func ropeBF16(x []BF16, cos, sin []float32) {
	ropeBF16Generic(x, cos, sin)
}

func widen(dst []float32, src []BF16) { widenGeneric(dst, src) }

func round(dst []BF16, src []float32) { roundGeneric(dst, src) }
