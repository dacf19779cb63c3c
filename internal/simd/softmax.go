package simd

import "math"

// SoftmaxRows replaces each row of cols numbers in x by softmax(scale·row),
// scale positive. Rows begin stride numbers apart; what lies between them is
// left alone. A stride of whole cache lines is fastest.
func SoftmaxRows(x []float32, cols, stride int, scale float32) {
	softmaxRows(x, rowCount(len(x), cols, stride), cols, stride, scale)
}

// SoftmaxBackwardRows replaces dp, the gradient of the probabilities p =
// softmax(scale·x), by the gradient of x: scale·p·(dp - sum(p·dp)), for each
// row of cols numbers. Rows of dp and p begin stride numbers apart.
func SoftmaxBackwardRows(dp, p []float32, cols, stride int, scale float32) {
	checkLen(len(dp), len(p))
	softmaxBackwardRows(dp, p, rowCount(len(p), cols, stride), cols, stride, scale)
}

// rowCount returns the number of rows of cols numbers, stride apart, in n
// numbers. The last row may, but need not, be followed by a gap.
func rowCount(n, cols, stride int) int {
	if cols <= 0 || stride < cols {
		panic("simd: row longer than the distance of rows")
	}
	rows, rest := n/stride, n%stride
	switch rest {
	case 0:
		return rows
	case cols:
		return rows + 1
	}
	panic("simd: slice is not a whole number of rows")
}

func softmaxRowsGeneric(x []float32, rows, cols, stride int, scale float32) {
	for i := range rows {
		softmaxGeneric(x[i*stride:][:cols], scale)
	}
}

func softmaxBackwardRowsGeneric(dp, p []float32, rows, cols, stride int, scale float32) {
	for i := range rows {
		softmaxBackwardGeneric(dp[i*stride:][:cols], p[i*stride:][:cols], scale)
	}
}

func softmaxGeneric(x []float32, scale float32) {
	top := float32(math.Inf(-1))
	for _, v := range x {
		top = max(top, v)
	}
	var sum [4]float32
	for i, v := range x {
		e := exp32((v - top) * scale)
		x[i] = e
		sum[i%4] += e
	}
	scaleGeneric(x, 1/(sum[0]+sum[1]+(sum[2]+sum[3])))
}

func softmaxBackwardGeneric(dp, p []float32, scale float32) {
	dot := dotGeneric(dp, p)
	for i, v := range p {
		dp[i] = (dp[i] - dot) * v * scale
	}
}
