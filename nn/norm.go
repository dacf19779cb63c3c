package nn

import "github.com/rereadml/reread/internal/simd"

// addNormRows computes y = (x + branch)·r for each row of d numbers, r the
// reciprocal root mean square of the sum: RMS norm without a learned scale.
func addNormRows(y, x, branch, r []float32, d int, eps float32) {
	for i := range r {
		r[i] = simd.AddRMSNorm(y[i*d:(i+1)*d], x[i*d:(i+1)*d], branch[i*d:(i+1)*d], eps)
	}
}

// normRowsBackward replaces d, the gradient of y, by that of the sum.
func normRowsBackward(d, y, r []float32, width int) {
	for i, v := range r {
		simd.RMSNormBackward(d[i*width:(i+1)*width], y[i*width:(i+1)*width], v)
	}
}

// addNormTokens is addNormRows over the token axis: each channel of each
// puzzle has one factor.
func addNormTokens(y, x, branch, r []float32, n, d int, eps float32) {
	size := len(y) / n
	for i := range n {
		p, q := i*size, (i+1)*size
		simd.AddRMSNormCols(y[p:q], x[p:q], branch[p:q], r[i*d:(i+1)*d], eps)
	}
}

// normTokensBackward is normRowsBackward over the token axis.
func normTokensBackward(s *Scratch, grad, y, r []float32, n, d int) {
	size := len(y) / n
	tmp := grow(&s.cols, d)
	for i := range n {
		p, q := i*size, (i+1)*size
		simd.RMSNormBackwardCols(grad[p:q], y[p:q], r[i*d:(i+1)*d], tmp)
	}
}
