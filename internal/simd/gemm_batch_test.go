package simd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A batch has the bits of its products one by one, and touches nothing else.
func TestGemmBatch(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		for _, c := range []struct{ n, m, k, cols int }{{1, 9, 32, 9}, {9, 9, 32, 9}, {3, 9, 9, 32}, {2, 17, 5, 40}, {4, 1, 1, 1}, {2, 3, 0, 5}} {
			for i := range 8 {
				p := product{m: c.m, k: c.k, n: c.cols, a: layouts[i%4], b: layouts[(i+c.n)%4], slack: i % 3, accumulate: i >= 4}
				checkBatch[float32, float32](t, p, c.n, r)
				checkBatch[BF16, BF16](t, p, c.n, r)
				checkBatch[float32, BF16](t, p, c.n, r)
			}
		}
	})
}

func checkBatch[C, T Element](t *testing.T, p product, n int, r *rand.Rand) {
	t.Helper()
	a, b, c := eachOf[T](t, n, p.m, p.k, p.a, r), eachOf[T](t, n, p.k, p.n, p.b, r), eachOf[C](t, n, p.m, p.n, layout{slack: p.slack}, r)
	want := slices.Clone(c.M.Data)
	var s Scratch
	for i := range n {
		one := c.M
		one.Data = want[i*c.Next:]
		Gemm(&s, one, Operand[T]{M: a.M.from(i * a.Next)}, Operand[T]{M: b.M.from(i * b.Next)}, p.accumulate)
	}
	GemmBatch(&s, n, c, a, b, p.accumulate)
	require.Equal(t, bitsOf(want), bitsOf(c.M.Data), "%v, %d times", p, n)
}

// eachOf returns n random matrices with guards between and behind them.
func eachOf[T Element](t *testing.T, n, rows, cols int, l layout, r *rand.Rand) Each[T] {
	t.Helper()
	m := view[T](l, rows, cols)
	e := Each[T]{M: m, Next: m.size() + 3}
	e.M.Data = Aligned[T](n * e.Next)
	for i := range e.M.Data {
		e.M.Data[i] = fromFloat[T](guardNaN)
	}
	for i := range n {
		part := e.M.from(i * e.Next)
		part.Data = part.Data[:m.size()]
		part.randomise(r)
	}
	return e
}

// A zero behind rows of odd length changes nothing.
func TestGemmBatchPadded(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		for _, k := range []int{1, 8, 9, 97, 513} {
			t.Run(fmt.Sprint(k), func(t *testing.T) {
				a, b := eachOf[BF16](t, 2, 20, k, layout{slack: 7}, r), eachOf[BF16](t, 2, k, 33, plain, r)
				want, got := eachOf[float32](t, 2, 20, 33, plain, r), eachOf[float32](t, 2, 20, 33, plain, r)
				var s Scratch
				GemmBatch(&s, 2, want, a, b, false)
				for i := range 2 {
					for row := range 20 {
						a.M.Data[i*a.Next+row*a.M.RS+k] = 0
					}
				}
				a.Padded = true
				GemmBatch(&s, 2, got, a, b, false)
				for i := range 2 {
					require.Equal(t, want.M.from(i * want.Next).Data[:20*33], got.M.from(i * got.Next).Data[:20*33])
				}
			})
		}
	})
}

func TestGemmBatchChecksOperands(t *testing.T) {
	var s Scratch
	each := func(rows, cols, next, length int) Each[float32] {
		m := view[float32](plain, rows, cols)
		m.Data = make([]float32, length)
		return Each[float32]{M: m, Next: next}
	}
	good := each(2, 2, 4, 8)
	short := each(2, 2, 4, 7)
	padded := each(2, 3, 6, 12)
	padded.Padded = true
	require.NotPanics(t, func() { GemmBatch(&s, 2, good, good, good, false) })
	require.NotPanics(t, func() { GemmBatch(&s, 0, short, short, short, false) })
	require.Panics(t, func() { GemmBatch(&s, 2, short, good, good, false) }, "short destination")
	require.Panics(t, func() { GemmBatch(&s, 2, good, short, good, false) }, "short left operand")
	require.Panics(t, func() { GemmBatch(&s, 2, good, good, short, false) }, "short right operand")
	require.Panics(t, func() { GemmBatch(&s, 2, good, padded, each(3, 2, 6, 12), false) }, "no room for padding")
}
