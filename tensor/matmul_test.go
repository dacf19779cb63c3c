package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// A product is one of the three, with the shapes that its operands have for an
// m x k by k x n product.
type product struct {
	name     string
	run      func(mul *Multiplier, dst, a, b *Tensor) error
	turnA    bool // a is stored transposed
	turnB    bool
	operands func(m, n, k int) (a, b []int)
}

var products = []product{
	{"MatMul", (*Multiplier).MatMul, false, false, func(m, n, k int) (a, b []int) { return []int{m, k}, []int{k, n} }},
	{"MatMulNT", (*Multiplier).MatMulNT, false, true, func(m, n, k int) (a, b []int) { return []int{m, k}, []int{n, k} }},
	{"MatMulTN", (*Multiplier).MatMulTN, true, false, func(m, n, k int) (a, b []int) { return []int{k, m}, []int{k, n} }},
}

// reference is gonum's product, in float64. size is the sum of the magnitudes
// that make up each element, which rounding errors scale with.
func (p *product) reference(a, b *Tensor) (want, size *mat.Dense) {
	x, y := dense(a, p.turnA), dense(b, p.turnB)
	want, size = new(mat.Dense), new(mat.Dense)
	want.Mul(x, y)
	size.Mul(magnitudes(x), magnitudes(y))
	return want, size
}

func dense(t *Tensor, turned bool) mat.Matrix {
	wide := make([]float64, t.Len())
	for i, v := range t.Data() {
		wide[i] = float64(v)
	}
	m := mat.NewDense(t.Shape()[0], t.Shape()[1], wide)
	if turned {
		return m.T()
	}
	return m
}

func magnitudes(m mat.Matrix) mat.Matrix {
	var abs mat.Dense
	abs.Apply(func(_, _ int, v float64) float64 { return math.Abs(v) }, m)
	return &abs
}

// shapes are m, n, k: all combinations of small sizes, and some around the
// edges of the blocks and panels of the kernels.
func shapes() [][3]int {
	small := []int{1, 2, 3, 7, 16, 17}
	var out [][3]int
	for _, m := range small {
		for _, n := range small {
			for _, k := range small {
				out = append(out, [3]int{m, n, k})
			}
		}
	}
	return append(out,
		[3]int{97, 33, 65}, [3]int{14, 32, 256}, [3]int{15, 31, 257}, [3]int{225, 9, 40}, [3]int{5, 513, 6}, [3]int{1, 1, 1000},
	)
}

// A sum of k products in float32, in whatever order, is off by at most about k
// roundings of its terms: 2^-24 each.
const rounding = 1.0 / (1 << 24)

func TestProducts(t *testing.T) {
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			var mul Multiplier
			for _, s := range shapes() {
				m, n, k := s[0], s[1], s[2]
				as, bs := p.operands(m, n, k)
				a, b, dst := random(t, rng, as...), random(t, rng, bs...), random(t, rng, m, n)
				require.NoError(t, p.run(&mul, dst, a, b))
				want, size := p.reference(a, b)
				for at, got := range dst.Data() {
					i, j := at/n, at%n
					if math.Abs(float64(got)-want.At(i, j)) > float64(k+1)*rounding*size.At(i, j) {
						t.Fatalf("m %d, n %d, k %d: element %d, %d is %v, want %v", m, n, k, i, j, got, want.At(i, j))
					}
				}
			}
		})
	}
}

// Where a dimension is zero, what there is of the result is zeros: sums of no
// products. gonum has no such matrices.
func TestEmptyProducts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 2, 3, 7, 16, 17}
	for _, p := range products {
		var mul Multiplier
		for _, m := range sizes {
			for _, n := range sizes {
				for _, k := range sizes {
					if m*n*k != 0 {
						continue
					}
					as, bs := p.operands(m, n, k)
					dst := random(t, rng, m, n)
					require.NoError(t, p.run(&mul, dst, random(t, rng, as...), random(t, rng, bs...)))
					require.Equal(t, make([]float32, m*n), dst.Data(), "%s of %v and %v", p.name, as, bs)
				}
			}
		}
	}
}

func TestProductShapeErrors(t *testing.T) {
	for _, p := range products {
		a, b := p.operands(3, 4, 5)
		for _, c := range []struct {
			name      string
			dst, a, b []int
			says      string
		}{
			{"rows of the result", []int{4, 4}, a, b, "do not fit"},
			{"columns of the result", []int{3, 5}, a, b, "do not fit"},
			{"transposed result", []int{4, 3}, a, b, "do not fit"},
			{"inner dimension", []int{3, 4}, a, grown(b, p.turnB), "do not fit"},
			{"empty inner dimension", []int{3, 4}, a, emptied(b, p.turnB), "do not fit"},
			{"vector result", []int{12}, a, b, "needs matrices, got shape [12]"},
			{"vector operand", []int{3, 4}, []int{15}, b, "needs matrices, got shape [15]"},
			{"scalar operand", []int{3, 4}, a, []int{}, "needs matrices, got shape []"},
			{"batch operand", []int{3, 4}, a, []int{1, 5, 4}, "needs matrices, got shape [1 5 4]"},
		} {
			t.Run(p.name+"/"+c.name, func(t *testing.T) {
				var mul Multiplier
				err := p.run(&mul, zeros(t, c.dst...), zeros(t, c.a...), zeros(t, c.b...))
				require.ErrorContains(t, err, c.says)
				require.ErrorContains(t, err, p.name)
			})
		}
	}
}

// grown returns the shape with one more along its dot products.
func grown(shape []int, turned bool) []int {
	if turned {
		return []int{shape[0], shape[1] + 1}
	}
	return []int{shape[0] + 1, shape[1]}
}

func emptied(shape []int, turned bool) []int {
	if turned {
		return []int{shape[0], 0}
	}
	return []int{0, shape[1]}
}

func TestRepeatedProductsAllocateNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var mul Multiplier
	for _, p := range products {
		for _, s := range [][3]int{{65, 70, 300}, {3, 4, 5}} {
			a, b := p.operands(s[0], s[1], s[2])
			x, y, dst := random(t, rng, a...), random(t, rng, b...), zeros(t, s[0], s[1])
			run := func() {
				if err := p.run(&mul, dst, x, y); err != nil {
					t.Fatal(err)
				}
			}
			run()
			require.Zero(t, testing.AllocsPerRun(10, run), fmt.Sprint(p.name, s))
		}
	}
}

func random(t testing.TB, rng *rand.Rand, shape ...int) *Tensor {
	t.Helper()
	x := zeros(t, shape...)
	for i := range x.Data() {
		x.Data()[i] = float32(rng.NormFloat64())
	}
	return x
}
