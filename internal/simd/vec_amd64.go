//go:build !purego

package simd

// The kernels of vec_amd64.s. They are called by their values only.

func addAVX2(dst, a, b []float32)
func scaleAVX2(x []float32, s float32)
func dotAVX2(a, b []float32) float32
func sumSquaresAVX2(x []float32) float64
func lerpAVX2(dst, src []float32, w float32)
func siluMulPanelAVX2(dst []float32, stride int, gate, up []float32)
func siluMulBackwardAVX2(gate, up, dh []float32)
func softmaxRowsAVX2(p, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsAVX2(ds, dp, p []float32, rows, cols, stride int, scale float32)
func addRMSNormRowsAVX2(y, x, res, r []float32, cols int, eps float32)
func rmsNormBackwardRowsAVX2(d, y, r []float32, cols int)
func addRMSNormColsAVX2(y, x, res, r []float32, rows int, eps float32)
func rmsNormBackwardColsAVX2(d, y, r, tmp []float32, rows int)
func ropeAVX2(x, cos, sin []float32)
func sumRowsAVX2(dst, src []float32, index []int32, count, d int, scale float32, accumulate bool)
func adamATan2AVX2(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)
func adamWAVX2(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)

func addAVX512(dst, a, b []float32)
func scaleAVX512(x []float32, s float32)
func dotAVX512(a, b []float32) float32
func sumSquaresAVX512(x []float32) float64
func lerpAVX512(dst, src []float32, w float32)
func siluMulPanelAVX512(dst []float32, stride int, gate, up []float32)
func siluMulBackwardAVX512(gate, up, dh []float32)
func softmaxRowsAVX512(p, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsAVX512(ds, dp, p []float32, rows, cols, stride int, scale float32)
func addRMSNormRowsAVX512(y, x, res, r []float32, cols int, eps float32)
func rmsNormBackwardRowsAVX512(d, y, r []float32, cols int)
func addRMSNormColsAVX512(y, x, res, r []float32, rows int, eps float32)
func rmsNormBackwardColsAVX512(d, y, r, tmp []float32, rows int)
func ropeAVX512(x, cos, sin []float32)
func sumRowsAVX512(dst, src []float32, index []int32, count, d int, scale float32, accumulate bool)
func adamATan2AVX512(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)
func adamWAVX512(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)

func addAVX512BF16(dst, a, b []BF16)
func siluMulPanelAVX512BF16(dst []BF16, stride int, gate, up []BF16)
func siluMulBackwardAVX512BF16(gate, up, dh []BF16)
func addRMSNormRowsAVX512BF16(y, x, res []BF16, r []float32, cols int, eps float32)
func rmsNormBackwardRowsAVX512BF16(d, y []BF16, r []float32, cols int)
func addRMSNormColsAVX512BF16(y, x, res []BF16, r []float32, rows int, eps float32)
func rmsNormBackwardColsAVX512BF16(d, y []BF16, r, tmp []float32, rows int)
func softmaxRowsAVX512BF16(p []BF16, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsAVX512BF16(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32)
func ropeAVX512BF16(x []BF16, cos, sin []float32)
func sumRowsAVX512BF16(dst, src []BF16, index []int32, count, d int, scale float32, accumulate bool)
func widenAVX512BF16(dst []float32, src []BF16)
func roundAVX512BF16(dst []BF16, src []float32)

func addBF16AVX2(dst, a, b []BF16)
func siluMulPanelBF16AVX2(dst []BF16, stride int, gate, up []BF16)
func siluMulBackwardBF16AVX2(gate, up, dh []BF16)
func addRMSNormRowsBF16AVX2(y, x, res []BF16, r []float32, cols int, eps float32)
func rmsNormBackwardRowsBF16AVX2(d, y []BF16, r []float32, cols int)
func addRMSNormColsBF16AVX2(y, x, res []BF16, r []float32, rows int, eps float32)
func rmsNormBackwardColsBF16AVX2(d, y []BF16, r, tmp []float32, rows int)
func softmaxRowsBF16AVX2(p []BF16, x []float32, rows, cols, stride int, scale float32)
func softmaxBackwardRowsBF16AVX2(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32)
func ropeBF16AVX2(x []BF16, cos, sin []float32)
func sumRowsBF16AVX2(dst, src []BF16, index []int32, count, d int, scale float32, accumulate bool)
func widenBF16AVX2(dst []float32, src []BF16)
func roundBF16AVX2(dst []BF16, src []float32)

// Whole vectors are panels without gaps.

func siluMulAVX2(dst, gate, up []float32)    { siluMulPanelAVX2(dst, avx2Cols, gate, up) }
func siluMulAVX512(dst, gate, up []float32)  { siluMulPanelAVX512(dst, avx512Cols, gate, up) }
func siluMulAVX512BF16(dst, gate, up []BF16) { siluMulPanelAVX512BF16(dst, avx512Cols, gate, up) }
func siluMulBF16AVX2(dst, gate, up []BF16)   { siluMulPanelBF16AVX2(dst, avx2Cols, gate, up) }
