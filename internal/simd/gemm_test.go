package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A layout says how a test lays a matrix out in memory.
type layout struct {
	transposed bool
	slack      int // numbers between the rows that are no part of the matrix
}

var layouts = []layout{{false, 0}, {true, 0}, {false, 5}, {true, 5}}

// guard surrounds every buffer; a kernel that reads it spoils its result, one
// that writes it is caught by intact.
var guard = math.Float32frombits(0x7fc0beef)

const guardLen = 67

// guarded returns n numbers with guards on both sides, and a test of them.
func guarded(n int) (inner []float32, intact func() bool) {
	all := make([]float32, n+2*guardLen)
	for i := range all {
		all[i] = guard
	}
	return all[guardLen : guardLen+n : guardLen+n], func() bool {
		for i, v := range all {
			if (i < guardLen || i >= guardLen+n) && math.Float32bits(v) != math.Float32bits(guard) {
				return false
			}
		}
		return true
	}
}

// newMatrix returns a rows x cols matrix whose slack holds guards.
func newMatrix(rows, cols int, l layout) (Matrix, func() bool) {
	if l.transposed {
		m, intact := newMatrix(cols, rows, layout{slack: l.slack})
		return m.T(), intact
	}
	rs := cols + l.slack
	data, intact := guarded(max(0, rows*rs-l.slack))
	m := Matrix{Data: data, Rows: rows, Cols: cols, RS: rs, CS: 1}
	return m, func() bool {
		for i := range max(0, rows-1) {
			for j := cols; j < rs; j++ {
				if math.Float32bits(data[i*rs+j]) != math.Float32bits(guard) {
					return false
				}
			}
		}
		return intact()
	}
}

func (m Matrix) at(i, j int) float32     { return m.Data[i*m.RS+j*m.CS] }
func (m Matrix) set(i, j int, v float32) { m.Data[i*m.RS+j*m.CS] = v }

func fill(m Matrix, r *rand.Rand) {
	for i := range m.Rows {
		for j := range m.Cols {
			m.set(i, j, r.Float32()*2-1)
		}
	}
}

// A product is one test case.
type product struct {
	m, n, k          int
	a, b             layout
	slack            int // of the destination
	packLeft         bool
	packRight        bool
	accumulate       bool
	intactA, intactB func() bool
}

func (p product) String() string {
	return fmt.Sprintf("%dx%dx%d a%v b%v slack %d packed %v %v add %v", p.m, p.k, p.n, p.a, p.b, p.slack, p.packLeft, p.packRight, p.accumulate)
}

// check computes the product and compares it with float64 sums. An element of
// k products of numbers below 1 has an error below k·2^-24 of the sum of their
// magnitudes, whatever the order (Higham, Accuracy and Stability, 3.1), and
// two more roundings for accumulation.
func (p product) check(t *testing.T, r *rand.Rand) {
	t.Helper()
	a, intactA := newMatrix(p.m, p.k, p.a)
	b, intactB := newMatrix(p.k, p.n, p.b)
	c, intactC := newMatrix(p.m, p.n, layout{slack: p.slack})
	fill(a, r)
	fill(b, r)
	fill(c, r)
	before := append([]float32(nil), c.Data...)
	var s Scratch
	s.Gemm(c, operand(a, Left, p.packLeft), operand(b, Right, p.packRight), p.accumulate)
	if !intactA() || !intactB() || !intactC() {
		t.Fatalf("%v: wrote outside the matrix", p)
	}

	for i := range p.m {
		for j := range p.n {
			var want, magnitude float64
			if p.accumulate {
				want = float64(before[i*c.RS+j])
				magnitude = math.Abs(want)
			}
			for l := range p.k {
				x := float64(a.at(i, l)) * float64(b.at(l, j))
				want += x
				magnitude += math.Abs(x)
			}
			bound := float64(p.k+2) * 0x1p-24 * magnitude
			if got := float64(c.at(i, j)); !(math.Abs(got-want) <= bound) {
				t.Fatalf("%v: c[%d,%d] = %v, want %v ± %v", p, i, j, got, want, bound)
			}
		}
	}
}

func operand(m Matrix, side Side, pack bool) Operand {
	if !pack {
		return Operand{M: m}
	}
	var p Packed
	p.Pack(side, m)
	return Operand{P: &p}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestGemmSizes(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for m := 1; m <= 40; m++ {
			for n := 1; n <= 40; n++ {
				k := 1 + r.IntN(12)
				product{m: m, n: n, k: k, a: layouts[m%4], b: layouts[n%4], slack: n % 3, accumulate: (m+n)%2 == 0}.check(t, r)
			}
		}
	})
}

// Every way to hand over the operands, at sizes around the tiles and blocks.
func TestGemmVariants(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		w := tileOf(level)
		for _, size := range []struct{ m, n, k int }{
			{w.mr, w.nr, 7}, {w.mr + 1, w.nr - 1, 33}, {2*w.mr - 1, 2*w.nr + 1, blockK + 1}, {97, 65, 64}, {9, 9, 32},
		} {
			for bits := range 8 {
				for _, la := range layouts {
					for _, lb := range layouts {
						product{m: size.m, n: size.n, k: size.k, a: la, b: lb, slack: 3,
							packLeft: bits&1 != 0, packRight: bits&2 != 0, accumulate: bits&4 != 0}.check(t, r)
					}
				}
			}
		}
	})
}

func TestGemmDepths(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for _, k := range []int{0, 1, 2, 3, blockK - 1, blockK, blockK + 1, 600} {
			for i := range 8 {
				product{m: 17, n: 35, k: k, a: layouts[i%4], b: layouts[i/2], packLeft: i%3 == 0, packRight: i%2 == 0, accumulate: i >= 4}.check(t, r)
			}
		}
	})
}

// Sizes beyond the blocks in every dimension.
func TestGemmLarge(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for i := range 4 {
			product{m: 2*blockM + 3, n: blockN + 5, k: blockK + 3, a: layouts[i], b: layouts[3-i], slack: 1, packRight: i == 2}.check(t, r)
		}
	})
}
