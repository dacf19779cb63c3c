package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// linear maps the last axis: y = x·Wᵀ, with x [rows, in], W [out, in] and y
// [rows, out]. It has no bias.
type linear struct {
	w       *Param
	in, out int

	forward, backward simd.Packed
}

// newLinear registers the weight under name, initialised with standard
// deviation 1/sqrt(in).
func newLinear(ps *Params, name string, in, out int) *linear {
	return newPartOfLinear(ps, name, in, out, in)
}

// newPartOfLinear is newLinear for a part of a map from all inputs.
func newPartOfLinear(ps *Params, name string, in, out, all int) *linear {
	return &linear{w: ps.add(name, initStd(1/math.Sqrt(float64(all))), out, in), in: in, out: out}
}

// pack lays the weight out for passes at a precision; it must follow every
// change of the weight. The layout for the backward pass is made only for
// training: without, one that is left from before is dropped, being stale.
func (l *linear) pack(p Precision, train bool) {
	pack(&l.forward, simd.Right, l.matrix().T(), p)
	packOrDrop(l, &l.backward, p, train)
}

// packOrDrop makes the layout for the backward pass of a weight, or frees it.
func packOrDrop(l layout, backward *simd.Packed, p Precision, train bool) {
	if train {
		l.packBackward(p)
	} else {
		*backward = simd.Packed{}
	}
}

// packBackward lays the weight out for the backward pass alone.
func (l *linear) packBackward(p Precision) { pack(&l.backward, simd.Right, l.matrix(), p) }

func (l *linear) depth() int { return l.in }

func (l *linear) matrix() simd.Matrix[float32] { return simd.Dense(l.w.Value.Data(), l.out, l.in) }

// linear stores x·Wᵀ in y.
func (s *scratch[T]) linear(l *linear, y, x []T, rows int) {
	simd.Gemm(&s.mul, simd.Dense(y, rows, l.out), plain(x, rows, l.in), operand[T](&l.forward), false)
}

// linearBackward stores dy·W, the gradient of x, in dx, or adds it with
// accumulate.
func (s *scratch[T]) linearBackward(l *linear, dx, dy []T, rows int, accumulate bool) {
	simd.Gemm(&s.mul, simd.Dense(dx, rows, l.in), plain(dy, rows, l.out), operand[T](&l.backward), accumulate)
}

// linearGradient adds dyᵀ·x, the gradient of W, to this weight's part of grad,
// a vector in the layout of [Params.Data].
func (s *scratch[T]) linearGradient(l *linear, grad []float32, x, dy []T, rows int) {
	simd.Gemm(&s.mul, simd.Dense(l.w.In(grad), l.out, l.in), flipped(dy, rows, l.out), plain(x, rows, l.in), true)
}

// tokenLinear maps the token axis: y = W·x for each puzzle and channel, with x
// [in, D], W [out, in] and y [out, D]. Keeping the channels as the vector
// dimension avoids transposing the activations.
type tokenLinear struct {
	w       *Param
	in, out int

	forward, backward simd.Packed
}

// newTokenLinear registers the weight under name, initialised with standard
// deviation 1/sqrt(in).
func newTokenLinear(ps *Params, name string, in, out int) *tokenLinear {
	return &tokenLinear{w: ps.add(name, initStd(1/math.Sqrt(float64(in))), out, in), in: in, out: out}
}

// pack is [linear.pack].
func (l *tokenLinear) pack(p Precision, train bool) {
	pack(&l.forward, simd.Left, l.matrix(), p)
	packOrDrop(l, &l.backward, p, train)
}

// packBackward is [linear.packBackward].
func (l *tokenLinear) packBackward(p Precision) { pack(&l.backward, simd.Left, l.matrix().T(), p) }

func (l *tokenLinear) depth() int { return l.in }

func (l *tokenLinear) matrix() simd.Matrix[float32] {
	return simd.Dense(l.w.Value.Data(), l.out, l.in)
}

// tokenLinear stores W·x in y, for each of n puzzles with d channels.
func (s *scratch[T]) tokenLinear(l *tokenLinear, y, x []T, n, d int) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(y[i*l.out*d:], l.out, d), operand[T](&l.forward), plain(x[i*l.in*d:], l.in, d), false)
	}
}

// tokenLinearBackward stores Wᵀ·dy, the gradient of x, in dx, or adds it with
// accumulate.
func (s *scratch[T]) tokenLinearBackward(l *tokenLinear, dx, dy []T, n, d int, accumulate bool) {
	for i := range n {
		simd.Gemm(&s.mul, simd.Dense(dx[i*l.in*d:], l.in, d), operand[T](&l.backward), plain(dy[i*l.out*d:], l.out, d), accumulate)
	}
}

// tokenLinearGradient adds the sum of dy·xᵀ over n puzzles, the gradient of W,
// to grad.
func (s *scratch[T]) tokenLinearGradient(l *tokenLinear, grad []float32, x, dy []T, n, d int) {
	dw := simd.Dense(l.w.In(grad), l.out, l.in)
	for i := range n {
		simd.Gemm(&s.mul, dw, plain(dy[i*l.out*d:], l.out, d), flipped(x[i*l.in*d:], l.in, d), true)
	}
}
