package simd

import "math"

// A vectorKernel describes one kernel to the tests: how it works on rows x
// cols numbers, and the same in float64.
type vectorKernel struct {
	name string
	// rows is a number that covers the kernel's loops over rows.
	rows int
	// sizes returns the lengths of the slices that run and ref work on.
	sizes func(rows, cols int) []int
	// outputs numbers the slices that are results.
	outputs []int
	// positive numbers the slices that hold no negative number.
	positive []int
	run      func(rows, cols int, s [][]float32)
	ref      func(rows, cols int, s [][]float64)
	// tolerance bounds the error of any element relative to the largest
	// result; with inPlace, also to the largest number that the results
	// replace, from which they may come by cancellation.
	tolerance float64
	inPlace   bool
	// benchRows and benchCols are a shape of the models.
	benchRows, benchCols int
}

func flat(n int) func(rows, cols int) []int {
	return func(rows, cols int) []int {
		sizes := make([]int, n)
		for i := range sizes {
			sizes[i] = rows * cols
		}
		return sizes
	}
}

func withRows(n int) func(rows, cols int) []int {
	return func(rows, cols int) []int { return append(flat(n)(rows, cols), rows) }
}

const (
	testScale = 0.125
	testEps   = 1e-5
)

var testStep = AdamStep{Weight1: 0.1, Weight2: 0.05, Decay: 0.9999, StepSize: 1e-2, Correction2: 1.7, Eps: 1e-8}

var vectorKernels = []vectorKernel{
	{
		name: "Add", rows: 1, sizes: flat(3), outputs: []int{0}, tolerance: 1e-7, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { Add(s[0], s[1], s[2]) },
		ref: func(_, _ int, s [][]float64) {
			for i := range s[0] {
				s[0][i] = s[1][i] + s[2][i]
			}
		},
	},
	{
		name: "Scale", rows: 1, sizes: flat(1), outputs: []int{0}, tolerance: 1e-7, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { Scale(s[0], testScale) },
		ref: func(_, _ int, s [][]float64) {
			for i := range s[0] {
				s[0][i] *= testScale
			}
		},
	},
	{
		name: "Lerp", rows: 1, inPlace: true, sizes: flat(2), outputs: []int{0}, tolerance: 3e-7, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { Lerp(s[0], s[1], testScale) },
		ref: func(_, _ int, s [][]float64) {
			for i := range s[0] {
				s[0][i] += testScale * (s[1][i] - s[0][i])
			}
		},
	},
	{
		name: "Dot", rows: 1, outputs: []int{2}, positive: []int{0, 1}, tolerance: 2e-6, benchRows: 1, benchCols: 512,
		sizes: func(_, cols int) []int { return []int{cols, cols, 1} },
		run:   func(_, _ int, s [][]float32) { s[2][0] = Dot(s[0], s[1]) },
		ref:   func(_, _ int, s [][]float64) { s[2][0] = dotFloat64(s[0], s[1]) },
	},
	{
		name: "SumSquares", rows: 1, outputs: []int{1}, tolerance: 1e-7, benchRows: 1, benchCols: 97 * 512,
		sizes: func(_, cols int) []int { return []int{cols, 1} },
		run:   func(_, _ int, s [][]float32) { s[1][0] = float32(SumSquares(s[0])) },
		ref:   func(_, _ int, s [][]float64) { s[1][0] = dotFloat64(s[0], s[0]) },
	},
	{
		name: "SiLUMul", rows: 1, sizes: flat(3), outputs: []int{0}, tolerance: 4e-7, benchRows: 16, benchCols: 1536,
		run: func(_, _ int, s [][]float32) { SiLUMul(s[0], s[1], s[2]) },
		ref: func(_, _ int, s [][]float64) {
			for i, g := range s[1] {
				s[0][i] = g / (1 + math.Exp(-g)) * s[2][i]
			}
		},
	},
	{
		name: "SiLUMulBackward", rows: 1, inPlace: true, sizes: flat(3), outputs: []int{0, 1}, tolerance: 1e-6, benchRows: 16, benchCols: 1536,
		run: func(_, _ int, s [][]float32) { SiLUMulBackward(s[0], s[1], s[2]) },
		ref: func(_, _ int, s [][]float64) {
			for i, g := range s[0] {
				sig := 1 / (1 + math.Exp(-g))
				s[0][i] = s[2][i] * s[1][i] * (sig + g*sig*(1-sig))
				s[1][i] = s[2][i] * g * sig
			}
		},
	},
	{
		name: "SoftmaxRows", rows: 3, sizes: flat(2), outputs: []int{0}, tolerance: 2e-6, benchRows: 97, benchCols: 97,
		run: func(_, cols int, s [][]float32) {
			if cols > 0 {
				SoftmaxRows(s[0], s[1], cols, cols, testScale)
			}
		},
		ref: func(rows, cols int, s [][]float64) {
			for i := range rows {
				softmaxFloat64(s[0][i*cols:(i+1)*cols], s[1][i*cols:(i+1)*cols], testScale)
			}
		},
	},
	{
		name: "SoftmaxBackwardRows", rows: 3, sizes: flat(3), outputs: []int{0}, positive: []int{1, 2}, tolerance: 2e-6, benchRows: 97, benchCols: 97,
		run: func(_, cols int, s [][]float32) {
			if cols > 0 {
				SoftmaxBackwardRows(s[0], s[2], s[1], cols, cols, testScale)
			}
		},
		ref: func(rows, cols int, s [][]float64) {
			for i := range rows {
				ds, p, dp := s[0][i*cols:(i+1)*cols], s[1][i*cols:(i+1)*cols], s[2][i*cols:(i+1)*cols]
				dot := dotFloat64(dp, p)
				for j := range p {
					ds[j] = testScale * p[j] * (dp[j] - dot)
				}
			}
		},
	},
	{
		name: "AddRMSNormRows", rows: 3, sizes: withRows(3), outputs: []int{0, 3}, tolerance: 1e-6, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { AddRMSNormRows(s[0], s[1], s[2], s[3], testEps) },
		ref: func(rows, cols int, s [][]float64) {
			for i := range rows {
				s[3][i] = normFloat64(s[0], s[1], s[2], i*cols, 1, cols)
			}
		},
	},
	{
		name: "RMSNormBackwardRows", rows: 3, inPlace: true, sizes: withRows(2), outputs: []int{0}, tolerance: 1e-6, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { RMSNormBackwardRows(s[0], s[1], s[2]) },
		ref: func(rows, cols int, s [][]float64) {
			for i := range rows {
				normBackwardFloat64(s[0], s[1], s[2][i], i*cols, 1, cols)
			}
		},
	},
	{
		name: "AddRMSNormCols", rows: 9, outputs: []int{0, 3}, tolerance: 1e-6, benchRows: 97, benchCols: 512,
		sizes: func(rows, cols int) []int { return append(flat(3)(rows, cols), cols) },
		run: func(_, cols int, s [][]float32) {
			if cols > 0 {
				AddRMSNormCols(s[0], s[1], s[2], s[3], testEps)
			}
		},
		ref: func(rows, cols int, s [][]float64) {
			for j := range cols {
				s[3][j] = normFloat64(s[0], s[1], s[2], j, cols, rows)
			}
		},
	},
	{
		name: "RMSNormBackwardCols", rows: 9, inPlace: true, outputs: []int{0}, tolerance: 1e-6, benchRows: 97, benchCols: 512,
		sizes: func(rows, cols int) []int { return append(flat(2)(rows, cols), cols, cols) },
		run: func(_, cols int, s [][]float32) {
			if cols > 0 {
				RMSNormBackwardCols(s[0], s[1], s[2], s[3])
			}
		},
		ref: func(rows, cols int, s [][]float64) {
			for j := range cols {
				normBackwardFloat64(s[0], s[1], s[2][j], j, cols, rows)
			}
		},
	},
	{
		name: "Rope", rows: 3, outputs: []int{0}, tolerance: 3e-7, benchRows: 16, benchCols: 32,
		sizes: func(heads, half int) []int { return []int{2 * heads * half, half, half} },
		run: func(_, half int, s [][]float32) {
			if half > 0 {
				Rope(s[0], s[1], s[2])
			}
		},
		ref: func(heads, half int, s [][]float64) {
			for h := range heads {
				x := s[0][2*h*half:]
				for i := range half {
					a, b, cos, sin := x[i], x[half+i], s[1][i], s[2][i]
					x[i], x[half+i] = a*cos-b*sin, b*cos+a*sin
				}
			}
		},
	},
	{
		name: "SumRows", rows: 5, inPlace: true, sizes: flat(2), outputs: []int{0}, tolerance: 1e-6, benchRows: 81, benchCols: 128,
		run: func(rows, cols int, s [][]float32) { SumRows(s[0], s[1], testSums[rows], cols, testScale, false) },
		ref: func(rows, cols int, s [][]float64) { sumFloat64(s[0], s[1], testSums[rows], cols, testScale, false) },
	},
	{
		name: "SumRowsAccumulate", rows: 5, inPlace: true, sizes: flat(2), outputs: []int{0}, tolerance: 1e-6, benchRows: 81, benchCols: 128,
		run: func(rows, cols int, s [][]float32) { SumRows(s[0], s[1], testSums[rows], cols, testScale, true) },
		ref: func(rows, cols int, s [][]float64) { sumFloat64(s[0], s[1], testSums[rows], cols, testScale, true) },
	},
	{
		name: "AdamATan2", rows: 1, inPlace: true, sizes: flat(4), outputs: []int{0, 1, 2}, positive: []int{2}, tolerance: 5e-7, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { AdamATan2(s[0], s[1], s[2], s[3], testStep) },
		ref: func(_, _ int, s [][]float64) {
			adamFloat64(s, func(m, x float64) float64 { return math.Atan2(m, x) })
		},
	},
	{
		name: "AdamW", rows: 1, inPlace: true, sizes: flat(4), outputs: []int{0, 1, 2}, positive: []int{2}, tolerance: 5e-7, benchRows: 97, benchCols: 512,
		run: func(_, _ int, s [][]float32) { AdamW(s[0], s[1], s[2], s[3], testStep) },
		ref: func(_, _ int, s [][]float64) {
			adamFloat64(s, func(m, x float64) float64 { return m / (x + float64(testStep.Eps)) })
		},
	},
}

func dotFloat64(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func softmaxFloat64(p, x []float64, scale float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = math.Max(top, v)
	}
	var sum float64
	for i, v := range x {
		p[i] = math.Exp((v - top) * scale)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// normFloat64 normalises n numbers from start, step apart.
func normFloat64(y, x, res []float64, start, step, n int) float64 {
	var sum float64
	for i := range n {
		j := start + i*step
		y[j] = x[j] + res[j]
		sum += y[j] * y[j]
	}
	r := 1 / math.Sqrt(sum/float64(n)+testEps)
	for i := range n {
		y[start+i*step] *= r
	}
	return r
}

func normBackwardFloat64(d, y []float64, r float64, start, step, n int) {
	var mean float64
	for i := range n {
		j := start + i*step
		mean += d[j] * y[j] / float64(n)
	}
	for i := range n {
		j := start + i*step
		d[j] = r * (d[j] - y[j]*mean)
	}
}

func adamFloat64(s [][]float64, direction func(m, x float64) float64) {
	p, m, v, a := s[0], s[1], s[2], testStep
	for i, g := range s[3] {
		m[i] += float64(a.Weight1) * (g - m[i])
		v[i] += float64(a.Weight2) * (g*g - v[i])
		p[i] = p[i]*float64(a.Decay) - float64(a.StepSize)*direction(m[i], math.Sqrt(v[i])*float64(a.Correction2))
	}
}
