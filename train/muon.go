package train

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// muonStep holds the scalars of one update by Muon.
type muonStep struct {
	weight   float32 // 1 - momentum, of the new gradient in the moving average
	momentum float32
	decay    float32 // what a weight keeps
	stepSize float32
}

// muonStep returns the scalars of optimiser step t, counted from 1.
func (c *Config) muonStep(t uint64) muonStep {
	rate := c.rate(t)
	return muonStep{
		weight:   float32(1 - c.MuonMomentum),
		momentum: float32(c.MuonMomentum),
		decay:    float32(1 - rate*c.MuonDecay),
		stepSize: float32(rate * c.MuonLR),
	}
}

// muonMatrix returns the sides of a parameter that Muon updates: a matrix of a
// network. An embedding is a list of vectors of which a batch has some, and a
// read-out's gradient has the few directions that its outputs give it.
func muonMatrix(p *nn.Param) (rows, cols int, ok bool) {
	shape := p.Value.Shape()
	if !p.Hidden() || len(shape) != 2 || min(shape[0], shape[1]) < 2 {
		return 0, 0, false
	}
	return shape[0], shape[1], true
}

// muon is the working memory of one worker's updates by Muon (Jordan et al.,
// "Muon: An optimizer for hidden layers in neural networks", 2024,
// https://kellerjordan.github.io/posts/muon/): momentum whose steps are made
// near orthogonal, so that they move every direction of a matrix alike.
type muon struct {
	x, y []float32 // a matrix, and what an iteration makes of it
	a, b []float32 // square ones of its smaller side
	mul  simd.Scratch
}

// newMuon returns memory for all matrices of a model.
func newMuon(ps *nn.Params) *muon {
	all, square := muonSizes(ps)
	return &muon{x: simd.Floats(all), y: simd.Floats(all), a: simd.Floats(square), b: simd.Floats(square)}
}

// muonSizes returns how many numbers the largest matrix has, and the largest
// square of a smaller side.
func muonSizes(ps *nn.Params) (all, square int) {
	for _, p := range ps.All() {
		if rows, cols, ok := muonMatrix(p); ok {
			side := min(rows, cols)
			all, square = max(all, rows*cols), max(square, side*side)
		}
	}
	return all, square
}

// muonCost is proportional to the operations of one matrix.
func muonCost(rows, cols int) float64 {
	short, long := float64(min(rows, cols)), float64(max(rows, cols))
	return short * short * (2*long + short)
}

// update changes the weights of a matrix and their momentum m by the gradient,
// with the momentum of Nesterov.
func (o *muon) update(q *piece, s muonStep) {
	simd.Lerp(q.m, q.g, s.weight)
	x := o.x[:len(q.g)]
	copy(x, q.g)
	simd.Lerp(x, q.m, s.momentum)
	x = o.orthogonalise(q.rows, q.cols)
	simd.Scale(q.p, s.decay)
	simd.Scale(x, -s.stepSize)
	simd.Add(q.p, q.p, x)
}

// The iteration x = (A + B·xxᵀ + C·(xxᵀ)²)x maps each singular value s to
// A·s + B·s³ + C·s⁵. Newton-Schulz steps that would converge to 1 have other
// coefficients; these raise small values fastest, and five steps bring what was
// not too small to somewhere between 0.7 and 1.2.
const (
	muonIterations = 5

	quinticA = 3.4445
	quinticB = -4.7750
	quinticC = 2.0315
)

// orthogonalise returns the matrix in o.x with its singular values brought near
// 1. It is one of o's own.
func (o *muon) orthogonalise(rows, cols int) []float32 {
	x, y, side := o.x[:rows*cols], o.y[:rows*cols], min(rows, cols)
	if !normalise(x) {
		return x
	}
	a, b := simd.Dense(o.a, side, side), simd.Dense(o.b, side, side)
	for range muonIterations {
		from, to := simd.Dense(x, rows, cols), simd.Dense(y, rows, cols)
		flat := from
		if rows > cols {
			flat = from.T()
		}
		o.multiply(a, flat, flat.T())
		o.multiply(b, a, a)
		quintic(b, a)
		if rows > cols {
			o.multiply(to, from, b)
		} else {
			o.multiply(to, b, from)
		}
		x, y = y, x
	}
	return x
}

// normalise divides x by its norm, which bounds its singular values by 1. It
// reports false for nothing, and for numbers so small that they are mostly
// rounding, and clears them.
func normalise(x []float32) bool {
	const smallest = 0x1p-126 // normal number
	norm := math.Sqrt(simd.SumSquares(x))
	if norm < smallest {
		clear(x)
		return false
	}
	simd.Scale(x, float32(1/norm))
	return true
}

func (o *muon) multiply(c, a, b simd.Matrix[float32]) {
	simd.Gemm(&o.mul, c, simd.Operand[float32]{M: a}, simd.Operand[float32]{M: b}, false)
}

// quintic replaces b, the square of a, by the polynomial that multiplies x, and
// leaves a multiple in a.
func quintic(b, a simd.Matrix[float32]) {
	n := b.Rows * b.Cols
	simd.Scale(b.Data[:n], quinticC)
	simd.Scale(a.Data[:n], quinticB)
	simd.Add(b.Data[:n], b.Data[:n], a.Data[:n])
	for i := range b.Rows {
		b.Data[i*b.RS+i] += quinticA
	}
}
