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

// Pack lays the weight out for passes at a precision; it must follow every
// change of the weight. The layout for the backward pass is made only for
// training.
func (l *Linear) Pack(p Precision, train bool) {
	w := simd.Dense(l.W.Value.Data(), l.Out, l.In)
	pack(&l.forward, simd.Right, w.T(), p)
	if train {
		pack(&l.backward, simd.Right, w, p)
	}
}

// linear stores x·Wᵀ in y.
func (s *Scratch[T]) linear(l *Linear, y, x []T, rows int) {
	simd.Gemm(&s.mul, simd.Dense(y, rows, l.Out), plain(x, rows, l.In), operand[T](&l.forward), false)
}

// linearBackward stores dy·W, the gradient of x, in dx, or adds it with
// accumulate.
func (s *Scratch[T]) linearBackward(l *Linear, dx, dy []T, rows int, accumulate bool) {
	simd.Gemm(&s.mul, simd.Dense(dx, rows, l.In), plain(dy, rows, l.Out), operand[T](&l.backward), accumulate)
}

// linearGradient adds dyᵀ·x, the gradient of W, to this weight's part of grad,
// a vector in the layout of [Params.Data].
func (s *Scratch[T]) linearGradient(l *Linear, grad []float32, x, dy []T, rows int) {
	simd.Gemm(&s.mul, simd.Dense(l.W.In(grad), l.Out, l.In), flipped(dy, rows, l.Out), plain(x, rows, l.In), true)
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
func (l *TokenLinear) Pack(p Precision, train bool) {
	w := simd.Dense(l.W.Value.Data(), l.Out, l.In)
	pack(&l.forward, simd.Left, w, p)
	if train {
		pack(&l.backward, simd.Left, w.T(), p)
	}
}

// tokenLinear stores W·x in y, for each of n puzzles with d channels.
func (s *Scratch[T]) tokenLinear(l *TokenLinear, y, x []T, n, d int) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(y[i*l.Out*d:], l.Out, d), operand[T](&l.forward), plain(x[i*l.In*d:], l.In, d), false)
	}
}

// tokenLinearBackward stores Wᵀ·dy, the gradient of x, in dx, or adds it with
// accumulate.
func (s *Scratch[T]) tokenLinearBackward(l *TokenLinear, dx, dy []T, n, d int, accumulate bool) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(dx[i*l.In*d:], l.In, d), operand[T](&l.backward), plain(dy[i*l.Out*d:], l.Out, d), accumulate)
	}
}

// tokenLinearGradient adds the sum of dy·xᵀ over n puzzles, the gradient of W,
// to grad.
func (s *Scratch[T]) tokenLinearGradient(l *TokenLinear, grad []float32, x, dy []T, n, d int) {
	dw := simd.Dense(l.W.In(grad), l.Out, l.In)
	for i := range n {
		simd.Gemm(&s.mul, dw, plain(dy[i*l.Out*d:], l.Out, d), flipped(x[i*l.In*d:], l.In, d), true)
	}
}
