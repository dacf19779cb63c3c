package simd

import "math"

// SoftmaxRows stores softmax(scale·row) of each row of cols numbers in x, scale
// positive, in the same row of p, and leaves x undefined. p may be x. Rows
// begin stride numbers apart; what lies between them is left alone, but for the
// other half of the last pair of a bfloat16 row, which becomes zero. A stride
// of whole cache lines is fastest.
func SoftmaxRows[T Element](p []T, x []float32, cols, stride int, scale float32) {
	checkLen(len(p), len(x))
	rowsOf[T]().softmaxRows(p, x, rowCount(len(x), cols, stride), cols, stride, scale)
	completePairs(p, cols, stride)
}

// SoftmaxBackwardRows stores the gradient of x in ds, given dp, the gradient of
// the probabilities p = softmax(scale·x): scale·p·(dp - sum(p·dp)), for each row
// of cols numbers. ds may be dp or p. Rows are laid out as in [SoftmaxRows].
func SoftmaxBackwardRows[T Element](ds []T, dp []float32, p []T, cols, stride int, scale float32) {
	checkLen(len(ds), len(p))
	checkLen(len(dp), len(p))
	rowsOf[T]().softmaxBackwardRows(ds, dp, p, rowCount(len(p), cols, stride), cols, stride, scale)
	completePairs(ds, cols, stride)
}

// completePairs puts a zero behind rows of bfloat16 numbers of odd length that
// are followed by a gap, so that products can read them in pairs.
func completePairs[T Element](x []T, cols, stride int) {
	if !isBF16[T]() || cols%2 == 0 || cols == stride {
		return
	}
	for i := cols; i < len(x); i += stride {
		x[i] = 0
	}
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

func softmaxRowsGeneric(p, x []float32, rows, cols, stride int, scale float32) {
	for i := range rows {
		softmaxGeneric(p[i*stride:][:cols], x[i*stride:][:cols], scale)
	}
}

func softmaxBackwardRowsGeneric(ds, dp, p []float32, rows, cols, stride int, scale float32) {
	for i := range rows {
		softmaxBackwardGeneric(ds[i*stride:][:cols], dp[i*stride:][:cols], p[i*stride:][:cols], scale)
	}
}

func softmaxGeneric(p, x []float32, scale float32) {
	top := float32(math.Inf(-1))
	for _, v := range x {
		top = max(top, v)
	}
	var sum [4]float32
	for i, v := range x {
		e := exp32((v - top) * scale)
		p[i] = e
		sum[i%4] += e
	}
	scaleGeneric(p, 1/(sum[0]+sum[1]+(sum[2]+sum[3])))
}

func softmaxBackwardGeneric(ds, dp, p []float32, scale float32) {
	dot := dotGeneric(dp, p)
	for i, v := range p {
		ds[i] = (dp[i] - dot) * v * scale
	}
}

func softmaxRowsBF16Generic(p []BF16, x []float32, rows, cols, stride int, scale float32) {
	for i := range rows {
		row := x[i*stride:][:cols]
		softmaxGeneric(row, row, scale)
		roundGeneric(p[i*stride:][:cols], row)
	}
}

func softmaxBackwardRowsBF16Generic(ds []BF16, dp []float32, p []BF16, rows, cols, stride int, scale float32) {
	for i := range rows {
		ds, dp, p := ds[i*stride:][:cols], dp[i*stride:][:cols], p[i*stride:][:cols]
		var dot [4]float32
		for j, v := range p {
			dot[j%4] += dp[j] * v.Float32()
		}
		sum := dot[0] + dot[1] + (dot[2] + dot[3])
		for j, v := range p {
			ds[j] = ToBF16((dp[j] - sum) * v.Float32() * scale)
		}
	}
}
