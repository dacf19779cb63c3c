package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A layout says how a test lays a matrix out in memory.
type layout struct {
	transposed bool
	slack      int // numbers between the rows that are no part of the matrix
}

var plain, transposed = layout{}, layout{transposed: true}

var layouts = []layout{plain, transposed, {slack: 5}, {transposed: true, slack: 5}}

// view returns a matrix of the given shape, without data.
func (l layout) view(rows, cols int) Matrix {
	if l.transposed {
		return layout{slack: l.slack}.view(cols, rows).T()
	}
	return Matrix{Rows: rows, Cols: cols, RS: cols + l.slack, CS: 1}
}

// size returns the length of the shortest slice that holds m.
func (m Matrix) size() int {
	if m.Rows == 0 || m.Cols == 0 {
		return 0
	}
	return (m.Rows-1)*m.RS + (m.Cols-1)*m.CS + 1
}

func (m Matrix) at(i, j int) float32     { return m.Data[i*m.RS+j*m.CS] }
func (m Matrix) set(i, j int, v float32) { m.Data[i*m.RS+j*m.CS] = v }

// randomise fills m with random numbers and its slack with guards.
func (m Matrix) randomise(r *rand.Rand) {
	for i := range m.Data {
		m.Data[i] = guardNaN
	}
	for i := range m.Rows {
		for j := range m.Cols {
			m.set(i, j, r.Float32()*2-1)
		}
	}
}

// newMatrix returns a random rows x cols matrix.
func newMatrix(rows, cols int, l layout, r *rand.Rand) Matrix {
	m := l.view(rows, cols)
	m.Data = Floats(m.size())
	m.randomise(r)
	return m
}

// operand makes an operand of m, packed if pack is set.
func operand(m Matrix, side Side, pack bool) Operand {
	if !pack {
		return Operand{M: m}
	}
	var p Packed
	p.Pack(side, m)
	return Operand{P: &p}
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

// check computes the product of random matrices and compares it with float64.
func (p product) check(t *testing.T, place placement, r *rand.Rand) {
	t.Helper()
	a, b, c := p.a.view(p.m, p.k), p.b.view(p.k, p.n), layout{slack: p.slack}.view(p.m, p.n)
	s, intact := place(t, []int{a.size(), b.size(), c.size()})
	a.Data, b.Data, c.Data = s[0], s[1], s[2]
	for _, m := range []Matrix{a, b, c} {
		m.randomise(r)
	}
	before := c
	before.Data = append([]float32(nil), c.Data...)

	var scratch Scratch
	scratch.Gemm(c, operand(a, Left, p.packLeft), operand(b, Right, p.packRight), p.accumulate)
	p.compare(t, a, b, before, c)
	for i, v := range c.Data {
		if i%c.RS >= p.n {
			require.Equal(t, math.Float32bits(guardNaN), math.Float32bits(v), "%v: wrote between the rows", p)
		}
	}
	intact()
}

// compare checks got against float64 sums. In float32 a sum of k products has
// an error of at most k·2^-24 times the sum of their magnitudes, to first
// order and in any order of summation; accumulation adds two roundings.
func (p product) compare(t *testing.T, a, b, before, got Matrix) {
	t.Helper()
	for i := range p.m {
		for j := range p.n {
			var want, magnitude float64
			if p.accumulate {
				want = float64(before.at(i, j))
				magnitude = math.Abs(want)
			}
			for l := range p.k {
				x := float64(a.at(i, l)) * float64(b.at(l, j))
				want += x
				magnitude += math.Abs(x)
			}
			bound := float64(p.k+2) * 0x1p-24 * magnitude
			if v := float64(got.at(i, j)); !(math.Abs(v-want) <= bound) {
				t.Fatalf("%v: c[%d,%d] = %v, want %v ± %v", p, i, j, v, want, bound)
			}
		}
	}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
