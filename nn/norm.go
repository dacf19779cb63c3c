package nn

import "github.com/rereadml/reread/internal/simd"

// addNormTokens computes y = (x + branch)·r over the token axis: r is the
// reciprocal root mean square of each channel of each puzzle.
func addNormTokens[T simd.Element](y, x, branch []T, r []float32, n, d int, eps float32) {
	size := len(y) / n
	for i := range n {
		p, q := i*size, (i+1)*size
		simd.AddRMSNormCols(y[p:q], x[p:q], branch[p:q], r[i*d:(i+1)*d], eps)
	}
}

// normTokensBackward replaces grad, the gradient of y, by that of the sum.
func (s *scratch[T]) normTokensBackward(grad, y []T, r []float32, n, d int) {
	size := len(y) / n
	tmp := grow(&s.cols, d)
	for i := range n {
		p, q := i*size, (i+1)*size
		simd.RMSNormBackwardCols(grad[p:q], y[p:q], r[i*d:(i+1)*d], tmp)
	}
}
