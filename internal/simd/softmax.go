package simd

import "math"

// Softmax replaces x by softmax(scale·x). scale is positive.
func Softmax(x []float32, scale float32) {
	if len(x) > 0 {
		softmaxRows(x, len(x), scale)
	}
}

// SoftmaxRows is [Softmax] of each row of cols numbers in x.
func SoftmaxRows(x []float32, cols int, scale float32) {
	checkCols(len(x), cols)
	softmaxRows(x, cols, scale)
}

// SoftmaxBackward replaces dp, the gradient of the probabilities p =
// softmax(scale·x), by the gradient of x: scale·p·(dp - sum(p·dp)).
func SoftmaxBackward(dp, p []float32, scale float32) {
	checkLen(len(dp), len(p))
	if len(p) > 0 {
		softmaxBackwardRows(dp, p, len(p), scale)
	}
}

// SoftmaxBackwardRows is [SoftmaxBackward] of each row of cols numbers.
func SoftmaxBackwardRows(dp, p []float32, cols int, scale float32) {
	checkLen(len(dp), len(p))
	checkCols(len(p), cols)
	softmaxBackwardRows(dp, p, cols, scale)
}

func softmaxRowsGeneric(x []float32, cols int, scale float32) {
	for i := 0; i < len(x); i += cols {
		softmaxGeneric(x[i:i+cols], scale)
	}
}

func softmaxBackwardRowsGeneric(dp, p []float32, cols int, scale float32) {
	for i := 0; i < len(p); i += cols {
		softmaxBackwardGeneric(dp[i:i+cols], p[i:i+cols], scale)
	}
}

func softmaxGeneric(x []float32, scale float32) {
	top := float32(math.Inf(-1))
	for _, v := range x {
		top = max(top, v)
	}
	var sum float32
	for i, v := range x {
		e := exp32((v - top) * scale)
		x[i] = e
		sum += e
	}
	scaleGeneric(x, 1/sum)
}

func softmaxBackwardGeneric(dp, p []float32, scale float32) {
	dot := dotGeneric(dp, p)
	for i, v := range p {
		dp[i] = (dp[i] - dot) * v * scale
	}
}
