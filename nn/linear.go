package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// Linear maps the last axis: y = x·Wᵀ, with x [rows, In], W [Out, In] and y
// [rows, Out]. It has no bias.
type Linear struct {
	W       *Param
	In, Out int

	forward, backward simd.Packed
}

// NewLinear registers the weight under name, initialised with standard
// deviation 1/sqrt(in).
func NewLinear(ps *Params, name string, in, out int) *Linear {
	return &Linear{W: ps.Add(name, initStd(1/math.Sqrt(float64(in))), out, in), In: in, Out: out}
}

// Pack lays the weight out for the passes; it must follow every change of the
// weight. The layout for Backward is made only for training.
func (l *Linear) Pack(train bool) {
	w := simd.Dense(l.W.Value.Data(), l.Out, l.In)
	l.forward.Pack(simd.Right, w.T())
	if train {
		l.backward.Pack(simd.Right, w)
	}
}

// Forward stores x·Wᵀ in y.
func (l *Linear) Forward(s *Scratch, y, x []float32, rows int) {
	simd.Gemm(&s.mul, simd.Dense(y, rows, l.Out), simd.Operand[float32]{M: simd.Dense(x, rows, l.In)}, simd.Operand[float32]{P: &l.forward}, false)
}

// Backward stores dy·W, the gradient of x, in dx, or adds it with accumulate.
func (l *Linear) Backward(s *Scratch, dx, dy []float32, rows int, accumulate bool) {
	simd.Gemm(&s.mul, simd.Dense(dx, rows, l.In), simd.Operand[float32]{M: simd.Dense(dy, rows, l.Out)}, simd.Operand[float32]{P: &l.backward}, accumulate)
}

// Gradient adds dyᵀ·x, the gradient of W, to this weight's part of grad, a
// vector in the layout of [Params.Data].
func (l *Linear) Gradient(s *Scratch, grad, x, dy []float32, rows int) {
	simd.Gemm(&s.mul, simd.Dense(l.W.In(grad), l.Out, l.In), simd.Operand[float32]{M: simd.Dense(dy, rows, l.Out).T()}, simd.Operand[float32]{M: simd.Dense(x, rows, l.In)}, true)
}

// TokenLinear maps the token axis: y = W·x for each puzzle and channel, with x
// [In, D], W [Out, In] and y [Out, D]. Keeping the channels as the vector
// dimension avoids transposing the activations.
type TokenLinear struct {
	W       *Param
	In, Out int

	forward, backward simd.Packed
}

// NewTokenLinear registers the weight under name, initialised with standard
// deviation 1/sqrt(in).
func NewTokenLinear(ps *Params, name string, in, out int) *TokenLinear {
	return &TokenLinear{W: ps.Add(name, initStd(1/math.Sqrt(float64(in))), out, in), In: in, Out: out}
}

// Pack is [Linear.Pack].
func (l *TokenLinear) Pack(train bool) {
	w := simd.Dense(l.W.Value.Data(), l.Out, l.In)
	l.forward.Pack(simd.Left, w)
	if train {
		l.backward.Pack(simd.Left, w.T())
	}
}

// Forward stores W·x in y, for each of n puzzles with d channels.
func (l *TokenLinear) Forward(s *Scratch, y, x []float32, n, d int) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(y[i*l.Out*d:], l.Out, d), simd.Operand[float32]{P: &l.forward}, simd.Operand[float32]{M: simd.Dense(x[i*l.In*d:], l.In, d)}, false)
	}
}

// Backward stores Wᵀ·dy, the gradient of x, in dx, or adds it with accumulate.
func (l *TokenLinear) Backward(s *Scratch, dx, dy []float32, n, d int, accumulate bool) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(dx[i*l.In*d:], l.In, d), simd.Operand[float32]{P: &l.backward}, simd.Operand[float32]{M: simd.Dense(dy[i*l.Out*d:], l.Out, d)}, accumulate)
	}
}

// Gradient adds the sum of dy·xᵀ over n puzzles, the gradient of W, to grad.
func (l *TokenLinear) Gradient(s *Scratch, grad, x, dy []float32, n, d int) {
	dw := simd.Dense(l.W.In(grad), l.Out, l.In)
	for i := range n {
		simd.Gemm(&s.mul, dw, simd.Operand[float32]{M: simd.Dense(dy[i*l.Out*d:], l.Out, d)}, simd.Operand[float32]{M: simd.Dense(x[i*l.In*d:], l.In, d).T()}, true)
	}
}
