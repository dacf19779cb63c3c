package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/rereadml/reread/internal/simd"
)

// muonFor returns memory for one matrix.
func muonFor(rows, cols int) *muon {
	all, square := rows*cols, min(rows, cols)*min(rows, cols)
	return &muon{x: simd.Floats(all), y: simd.Floats(all), a: simd.Floats(square), b: simd.Floats(square)}
}

// orthogonalised returns what Muon makes of a matrix.
func orthogonalised(m *mat.Dense) *mat.Dense {
	rows, cols := m.Dims()
	o := muonFor(rows, cols)
	for i, v := range m.RawMatrix().Data {
		o.x[i] = float32(v)
	}
	return mat.NewDense(rows, cols, wide(o.orthogonalise(rows, cols)))
}

// slowly is the definition in float64.
func slowly(m mat.Matrix) *mat.Dense {
	if rows, cols := m.Dims(); rows > cols { // the same, at less work
		return mat.DenseCopyOf(slowly(m.T()).T())
	}
	x := mat.DenseCopyOf(m)
	if norm := mat.Norm(x, 2); norm > 0 {
		x.Scale(1/norm, x)
	}
	for range 5 {
		var a, b, sum, next mat.Dense
		a.Mul(x, x.T())
		b.Mul(&a, &a)
		a.Scale(-4.7750, &a)
		b.Scale(2.0315, &b)
		sum.Add(&a, &b)
		next.Mul(&sum, x)
		x.Scale(3.4445, x)
		x.Add(x, &next)
	}
	return x
}

// randomMatrix has singular values that fall by equal factors, the last being
// 1/condition of the first; condition 0 means independent normal numbers.
func randomMatrix(rng *rand.Rand, rows, cols int, condition float64) *mat.Dense {
	m := mat.NewDense(rows, cols, wide(normals(rng, rows*cols, 1)))
	if condition == 0 {
		return m
	}
	u, values, v := decompose(m)
	for i := range values {
		values[i] = math.Pow(condition, -float64(i)/float64(max(len(values)-1, 1)))
	}
	return compose(u, values, v)
}

func decompose(m *mat.Dense) (u *mat.Dense, values []float64, v *mat.Dense) {
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDThin) {
		panic("no singular values")
	}
	u, v = new(mat.Dense), new(mat.Dense)
	svd.UTo(u)
	svd.VTo(v)
	return u, svd.Values(nil), v
}

func compose(u *mat.Dense, values []float64, v *mat.Dense) *mat.Dense {
	var left, m mat.Dense
	left.Mul(u, mat.NewDiagDense(len(values), values))
	m.Mul(&left, v.T())
	return &m
}

// raised is what five iterations make of a singular value.
func raised(s float64) float64 {
	for range 5 {
		s = 3.4445*s - 4.7750*s*s*s + 2.0315*s*s*s*s*s
	}
	return s
}

func distance(a, b *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(a, b)
	return mat.Norm(&d, 2)
}

func cosine(a, b *mat.Dense) float64 {
	return floats.Dot(a.RawMatrix().Data, b.RawMatrix().Data) / (mat.Norm(a, 2) * mat.Norm(b, 2))
}

func atEveryLevel(t *testing.T, f func(t *testing.T)) {
	for _, level := range simd.Levels() {
		t.Run(fmt.Sprint(level), func(t *testing.T) {
			previous, err := simd.SetLevel(level)
			require.NoError(t, err)
			defer func() {
				_, err := simd.SetLevel(previous)
				require.NoError(t, err)
			}()
			f(t)
		})
	}
}

// TestOrthogonalise compares with the singular value decomposition: the
// directions stay, the values are those that the quintic gives, and the result
// is near the orthogonal factor of the polar decomposition.
func TestOrthogonalise(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, shape := range [][2]int{
			{1, 1}, {1, 7}, {9, 1}, {2, 2}, {2, 50}, {50, 2}, {3, 3}, {16, 16}, {17, 33}, {33, 17}, {96, 96}, {64, 160}, {160, 64}, {31, 257},
		} {
			for _, condition := range []float64{0, 1, 4, 30, 1e4, 1e8} {
				m := randomMatrix(rng, shape[0], shape[1], condition)
				m.Scale(math.Exp2(float64(rng.IntN(40)-20)), m)
				name := fmt.Sprintf("%v, condition %g", shape, condition)
				got := orthogonalised(m)
				want := slowly(m)
				require.Less(t, distance(want, got), 2e-5*mat.Norm(want, 2), name)

				u, values, v := decompose(m)
				norm := floats.Norm(values, 2)
				for i, s := range values {
					values[i] = raised(s / norm)
					if s/norm > 0.01 {
						require.InDelta(t, 0.95, values[i], 0.3, name)
					}
				}
				require.Less(t, distance(compose(u, values, v), got), 5e-5*mat.Norm(got, 2), name)
				if 0 < condition && condition <= 30 {
					for i := range values {
						values[i] = 1
					}
					require.Greater(t, cosine(compose(u, values, v), got), 0.96, name) // 0.7 and 1.2 alone: 0.967
				}
			}
		}
	})
}

// TestOrthogonaliseExtremes: nothing stays nothing, a direction that is not
// there is not made up, and no size of numbers leads out of the finite.
func TestOrthogonaliseExtremes(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		require.Zero(t, mat.Norm(orthogonalised(mat.NewDense(5, 8, nil)), 2))

		one := mat.NewDense(6, 9, nil)
		one.Outer(1, mat.NewVecDense(6, wide(normals(rng, 6, 1))), mat.NewVecDense(9, wide(normals(rng, 9, 1))))
		got := orthogonalised(one)
		require.InDelta(t, 1, cosine(one, got), 1e-6)
		require.InEpsilon(t, raised(1), mat.Norm(got, 2), 1e-5)

		m := randomMatrix(rng, 6, 9, 4)
		want := slowly(m)
		for _, e := range []int{-140, -120, -100, -60, 60, 100, 126} {
			scaled := mat.NewDense(6, 9, nil)
			scaled.Scale(math.Ldexp(1, e), m)
			got := orthogonalised(scaled)
			if e == -140 { // of subnormal numbers nothing is made
				require.Zero(t, mat.Norm(got, 2))
				continue
			}
			require.Less(t, distance(want, got), 1e-2*mat.Norm(want, 2), "2^%d", e)
		}
	})
}
