package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// A layout says how a test lays a matrix out in memory.
type layout struct {
	transposed bool
	slack      int // numbers between the rows that are no part of the matrix
}

var plain, transposed = layout{}, layout{transposed: true}

var layouts = []layout{plain, transposed, {slack: 5}, {transposed: true, slack: 5}}

// view returns a matrix of the given shape, without data.
func view[T Element](l layout, rows, cols int) Matrix[T] {
	if l.transposed {
		return view[T](layout{slack: l.slack}, cols, rows).T()
	}
	return Matrix[T]{Rows: rows, Cols: cols, RS: cols + l.slack, CS: 1}
}

// size returns the length of the shortest slice that holds m.
func (m Matrix[T]) size() int {
	if m.Rows == 0 || m.Cols == 0 {
		return 0
	}
	return (m.Rows-1)*m.RS + (m.Cols-1)*m.CS + 1
}

func (m Matrix[T]) at(i, j int) float32     { return toFloat(m.Data[i*m.RS+j*m.CS]) }
func (m Matrix[T]) set(i, j int, v float32) { m.Data[i*m.RS+j*m.CS] = fromFloat[T](v) }

func toFloat[T Element](v T) float32 {
	if h, ok := any(v).(BF16); ok {
		return h.Float32()
	}
	return any(v).(float32)
}

func fromFloat[T Element](v float32) T {
	if isBF16[T]() {
		return any(ToBF16(v)).(T)
	}
	return any(v).(T)
}

// randomise fills m with random numbers and its slack with guards.
func (m Matrix[T]) randomise(r *rand.Rand) {
	guard := fromFloat[T](guardNaN)
	for i := range m.Data {
		m.Data[i] = guard
	}
	for i := range m.Rows {
		for j := range m.Cols {
			m.set(i, j, r.Float32()*2-1)
		}
	}
}

// newMatrix returns a random rows x cols matrix.
func newMatrix(rows, cols int, l layout, r *rand.Rand) Matrix[float32] {
	return matrixOf[float32](rows, cols, l, r)
}

func matrixOf[T Element](rows, cols int, l layout, r *rand.Rand) Matrix[T] {
	m := view[T](l, rows, cols)
	m.Data = Aligned[T](m.size())
	m.randomise(r)
	return m
}

// A product is one test case.
type product struct {
	m, n, k             int
	a, b                layout
	slack               int // of the destination
	packLeft, packRight bool
	accumulate          bool
}

func (p product) String() string {
	return fmt.Sprintf("%dx%dx%d a%v b%v slack %d packed %v %v add %v", p.m, p.k, p.n, p.a, p.b, p.slack, p.packLeft, p.packRight, p.accumulate)
}

// check computes products of random matrices, of all types, and compares them
// with float64.
func (p product) check(t *testing.T, place placement, r *rand.Rand) {
	t.Helper()
	checkProduct[float32, float32](t, p, place, r)
	checkProduct[BF16, BF16](t, p, place, r)
	checkProduct[float32, BF16](t, p, place, r)
}

func checkProduct[C, T Element](t *testing.T, p product, place placement, r *rand.Rand) {
	t.Helper()
	a, b, c := view[T](p.a, p.m, p.k), view[T](p.b, p.k, p.n), view[C](layout{slack: p.slack}, p.m, p.n)
	s, intact := place(t, []int{floatsFor[T](a.size()), floatsFor[T](b.size()), floatsFor[C](c.size())})
	a.Data, b.Data, c.Data = as[T](s[0], a.size()), as[T](s[1], b.size()), as[C](s[2], c.size())
	a.randomise(r)
	b.randomise(r)
	c.randomise(r)
	before := c
	before.Data = slices.Clone(c.Data)

	var scratch Scratch
	Gemm(&scratch, c, typed(a, Left, p.packLeft), typed(b, Right, p.packRight), p.accumulate)
	compareProduct(t, p, a, b, before, c)
	for i, v := range c.Data {
		if i%c.RS >= p.n && bits(before.Data[i]) != bits(v) {
			t.Fatalf("%v: wrote between the rows", p)
		}
	}
	intact()
}

func bits[T Element](v T) uint32 { return math.Float32bits(toFloat(v)) }

// floatsFor returns how many float32 numbers hold n numbers of a type.
func floatsFor[T Element](n int) int {
	if isBF16[T]() {
		return (n + 1) / 2
	}
	return n
}

// as returns the memory of float32 numbers as n of another type, the last ones,
// so that they end where the memory does.
func as[T Element](s []float32, n int) []T {
	if n == 0 {
		return nil
	}
	all := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*4/int(unsafe.Sizeof(*new(T))))
	return all[len(all)-n:]
}

// typed makes an operand of a matrix of any type, packed if pack is set: a
// packed one is made from float32 numbers.
func typed[T Element](m Matrix[T], side Side, pack bool) Operand[T] {
	if !pack {
		return Operand[T]{M: m}
	}
	wide := Matrix[float32]{Data: make([]float32, len(m.Data)), Rows: m.Rows, Cols: m.Cols, RS: m.RS, CS: m.CS}
	Convert(wide.Data, m.Data)
	var p Packed
	if isBF16[T]() {
		p.PackBF16(side, wide)
	} else {
		p.Pack(side, wide)
	}
	return Operand[T]{P: &p}
}

// compareProduct checks got against float64 sums. In float32 a sum of k products
// has an error of at most k·2^-24 times the sum of their magnitudes, to first
// order and in any order of summation; accumulation adds two roundings, and a
// bfloat16 result one of 2^-8.
func compareProduct[C, T Element](t *testing.T, p product, a, b Matrix[T], before, got Matrix[C]) {
	t.Helper()
	rows, cols, was, is := float64Matrix(a), float64Matrix(b.T()), float64Matrix(before), float64Matrix(got)
	for i := range p.m {
		row := rows[i*p.k:][:p.k]
		for j := range p.n {
			col := cols[j*p.k:][:len(row)]
			var want, magnitude float64
			if p.accumulate {
				want = was[i*p.n+j]
				magnitude = math.Abs(want)
			}
			for l, v := range row {
				x := v * col[l]
				want += x
				magnitude += math.Abs(x)
			}
			bound := float64(p.k+2) * 0x1p-24 * magnitude
			if isBF16[C]() {
				bound += math.Abs(want) * 0x1p-8
			}
			if v := is[i*p.n+j]; !(math.Abs(v-want) <= bound) {
				t.Fatalf("%v, %T of %T: c[%d,%d] = %v, want %v ± %v", p, got.Data, a.Data, i, j, v, want, bound)
			}
		}
	}
}

// float64Matrix returns the numbers of m, row by row.
func float64Matrix[T Element](m Matrix[T]) []float64 {
	wide := make([]float32, len(m.Data))
	Convert(wide, m.Data)
	out := make([]float64, 0, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			out = append(out, float64(wide[i*m.RS+j*m.CS]))
		}
	}
	return out
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
