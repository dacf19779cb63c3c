//go:build !purego

package simd

// The kernels of vec_arm64.s. They are called by their values only.

func addNEON(dst, a, b []float32)
func scaleNEON(x []float32, s float32)
func dotNEON(a, b []float32) float32
func sumSquaresNEON(x []float32) float64
func lerpNEON(dst, src []float32, w float32)
func siluMulNEON(dst, gate, up []float32)
func siluMulBackwardNEON(gate, up, dh []float32)
func softmaxRowsNEON(p, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsNEON(ds, dp, p []float32, rows, cols, stride int, scale float32)
func addRMSNormRowsNEON(y, x, res, r []float32, cols int, eps float32)
func rmsNormBackwardRowsNEON(d, y, r []float32, cols int)
func addRMSNormColsNEON(y, x, res, r []float32, rows int, eps float32)
func rmsNormBackwardColsNEON(d, y, r, tmp []float32, rows int)
func ropeNEON(x, cos, sin []float32)
func sumRowsNEON(dst, src []float32, index []int32, count, d int, scale float32, accumulate bool)
func adamATan2NEON(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)
func adamWNEON(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)

func addBF16NEON(dst, a, b []BF16)
func siluMulBF16NEON(dst, gate, up []BF16)
func siluMulBackwardBF16NEON(gate, up, dh []BF16)
func addRMSNormRowsBF16NEON(y, x, res []BF16, r []float32, cols int, eps float32)
func rmsNormBackwardRowsBF16NEON(d, y []BF16, r []float32, cols int)
func addRMSNormColsBF16NEON(y, x, res []BF16, r []float32, rows int, eps float32)
func rmsNormBackwardColsBF16NEON(d, y []BF16, r, tmp []float32, rows int)
func softmaxRowsBF16NEON(p []BF16, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsBF16NEON(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32)
func ropeBF16NEON(x []BF16, cos, sin []float32)
func sumRowsBF16NEON(dst, src []BF16, index []int32, count, d int, scale float32, accumulate bool)
func widenBF16NEON(dst []float32, src []BF16)
func roundBF16NEON(dst []BF16, src []float32)
