package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkInt8 computes a product of 8-bit integers, whose result is defined to the
// last bit, with one operand packed or both.
func (p product) checkInt8(t *testing.T, place placement, r *rand.Rand) {
	t.Helper()
	a, b, c := view[float32](p.a, p.m, p.k), view[float32](p.b, p.k, p.n), view[float32](layout{slack: p.slack}, p.m, p.n)
	s, intact := place(t, []int{a.size(), b.size(), c.size()})
	a.Data, b.Data, c.Data = s[0], s[1], s[2]
	a.randomise(r)
	b.randomise(r)
	c.randomise(r)
	want := slices.Clone(c.Data)
	p.int8Reference(a, b, Dense(want, p.m, c.RS))

	var scratch Scratch
	Gemm(&scratch, c, typedInt8(a, Left, p.packLeft), typedInt8(b, Right, p.packRight || !p.packLeft), p.accumulate)
	for i := range want {
		if math.Float32bits(want[i]) != math.Float32bits(c.Data[i]) {
			t.Fatalf("%v: number %d is %v, want %v", p, i, c.Data[i], want[i])
		}
	}
	intact()
}

// typedInt8 is typed for products of 8-bit integers.
func typedInt8(m Matrix[float32], side Side, pack bool) Operand[float32] {
	if !pack {
		return Operand[float32]{M: m}
	}
	var p Packed
	p.PackInt8(side, m)
	return Operand[float32]{P: &p}
}

// int8Reference computes the product in exact arithmetic.
func (p product) int8Reference(a, b, c Matrix[float32]) {
	left, leftScales := int8Rows(a)
	right, rightScales := int8Rows(b.T())
	for i := range p.m {
		for j := range p.n {
			sum := 0
			for l := range p.k {
				sum += left[i][l] * right[j][l]
			}
			v := float32(float32(float32(sum)*leftScales[i]) * rightScales[j])
			if p.accumulate {
				v += c.Data[i*c.RS+j]
			}
			c.Data[i*c.RS+j] = v
		}
	}
}

func int8Rows(m Matrix[float32]) (rows [][]int, scales []float32) {
	for i := range m.Rows {
		var largest float32
		for j := range m.Cols {
			largest = max(largest, float32(math.Abs(float64(m.at(i, j)))))
		}
		row := make([]int, m.Cols)
		if largest > 0 {
			for j := range row {
				row[j] = int(math.RoundToEven(float64(m.at(i, j) * (127 / largest))))
			}
		}
		rows, scales = append(rows, row), append(scales, largest/127)
	}
	return rows, scales
}

func TestInt8Sizes(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for m := 1; m <= 36; m++ {
			for n := 1; n <= 36; n++ {
				p := product{m: m, n: n, k: 1 + r.IntN(40), a: layouts[(m+n)%4], b: layouts[m%4], slack: n % 3, accumulate: r.IntN(2) == 0}
				p.packLeft, p.packRight = r.IntN(2) == 0, r.IntN(2) == 0
				p.checkInt8(t, offsetBy(m%7), r)
			}
		}
	})
}

func TestInt8Depths(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for _, k := range []int{1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 97, 128, 512, 577, 1000} {
			for i := range 16 {
				p := product{m: 15, n: 33, k: k, a: layouts[i%4], b: layouts[i/4], packLeft: i%3 == 0, packRight: i%2 == 0, accumulate: i >= 8}
				p.checkInt8(t, offsetBy(i%5), r)
			}
		}
	})
}

// The kernels that make integers write nothing beside them, zeros for what a row
// or quad lacks among them, and give the integers of the portable code.
func TestQuantizeKernels(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		if tile := level.kernels().quads; tile != nil {
			testQuantizeRows(t, tile)
			testQuantizePanel(t, tile)
		}
	})
}

var quantizeDepths = []int{1, 3, 4, 13, 16, 17, 31, 33, 63, 64, 65, 97, 112, 127, 128, 131}

func testQuantizeRows(t *testing.T, tile *quadTile) {
	r := newRand()
	const guard = 85
	for _, k := range quantizeDepths {
		for _, n := range []int{1, 5, 16} {
			rows := newMatrix(n, k, layout{slack: n % 3}, r)
			want, scales := make([]float32, n*k), make([]float32, n)
			integers(want, rows, scales)
			for _, offset := range []uint8{0, 128} {
				left, got, start := slices.Repeat([]int8{guard}, n*lines(k)+64), make([]float32, n+1), slices.Repeat([]int32{guard}, n+1)
				tile.quantizeRows(left, rows, got, start, offset)
				require.Equal(t, append(scales, 0), got)
				for i := range n {
					sum := int32(0)
					for p := range lines(k) {
						v := float32(0)
						if p < k {
							v = want[i*k+p]
						}
						require.Equal(t, v, float32(left[i*lines(k)+p]), "row %d of %d, number %d of %d", i, n, p, k)
						sum += int32(v)
					}
					require.Equal(t, -int32(offset)*sum, start[i], "row %d of %d, of %d numbers", i, n, k)
				}
				require.Equal(t, int32(guard), start[n])
				require.Equal(t, slices.Repeat([]int8{guard}, 64), left[n*lines(k):])
			}
		}
	}
}

func testQuantizePanel(t *testing.T, tile *quadTile) {
	r := newRand()
	const guard = 85
	for _, k := range quantizeDepths {
		for _, n := range []int{1, 5, 15, 16, 17, 31, 32} {
			columns := newMatrix(k, n, layout{slack: n % 3}, r)
			want, scales := make([]float32, n*k), make([]float32, n)
			integers(want, columns.T(), scales)
			size := tile.nr * ((k + 3) / 4 * 4)
			for _, offset := range []uint8{0, 128} {
				right, got := slices.Repeat([]uint8{guard}, size+64), make([]float32, n+1)
				tile.quantizePanel(right, columns, got, offset)
				require.Equal(t, append(scales, 0), got)
				for i, v := range right[:size] {
					j, p := i/4%tile.nr, i/4/tile.nr*4+i%4
					if j < n && p < k {
						require.Equal(t, want[j*k+p], float32(int8(v-offset)), "column %d of %d, number %d of %d", j, n, p, k)
					} else {
						require.Equal(t, offset, v, "column %d of %d, number %d of %d", j, n, p, k)
					}
				}
				require.Equal(t, slices.Repeat([]uint8{guard}, 64), right[size:])
			}
		}
	}
}

// Sizes around those of the tiles and blocks of every level for integers.
func TestInt8TileSizes(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		for i, m := range []int{1, 9, 15, 16, 17, 31, 32, 33, 48, 65, 127, 128, 129, 161, 525} {
			for j, n := range []int{1, 15, 16, 17, 31, 32, 33, 49, 97} {
				p := product{m: m, n: n, k: 50 + (7*i+j)%90, a: layouts[i%4], b: layouts[j%4], slack: j % 3, accumulate: (i+j)%2 == 0}
				p.packLeft, p.packRight = (i+j)%3 != 0, (i+j)%3 != 1
				p.checkInt8(t, offsetBy(m%7), r)
			}
		}
	})
}

// The largest sum that a number of 32 bits holds, in operands that reach 127
// everywhere. Levels that emulate the product add in float32, whose sums are not
// exact there.
func TestInt8DeepestSums(t *testing.T) {
	const k = math.MaxInt32 / (127 * 127)
	forEachLevel(t, func(t *testing.T, level Level) {
		if level.kernels().quads == nil {
			t.Skip("emulated")
		}
		for _, sign := range []float32{1, -1} {
			a, b, c := Dense(make([]float32, k), 1, k), Dense(make([]float32, k), k, 1), Dense(make([]float32, 1), 1, 1)
			for p := range k {
				a.Data[p], b.Data[p] = 127, sign*127
			}
			var s Scratch
			Gemm(&s, c, Operand[float32]{M: a}, typedInt8(b, Right, true), false)
			require.Equal(t, sign*127*127*k, c.Data[0])
		}
	})
}

// Rows and columns of zeros or next to nothing give zeros; one with an infinity
// or NaN gives NaN, and leaves the others alone.
func TestInt8SpecialNumbers(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		const m, n, k = 16, 35, 21
		nan, inf := float32(math.NaN()), float32(math.Inf(1))
		for _, packed := range []Side{Left, Right} {
			a, b, c := newMatrix(m, k, plain, newRand()), newMatrix(k, n, plain, newRand()), Dense(make([]float32, m*n), m, n)
			for p := range k {
				a.set(1, p, 0)
				b.set(p, 2, 1e-40)
			}
			a.set(3, 4, nan)
			b.set(5, 34, -nan)
			a.set(15, 20, -inf)
			b.set(7, 33, inf)
			var s Scratch
			Gemm(&s, c, typedInt8(a, Left, packed == Left), typedInt8(b, Right, packed == Right), false)
			for i := range m {
				for j := range n {
					v := c.at(i, j)
					switch {
					case i == 3 || i == 15 || j == 33 || j == 34:
						require.True(t, v != v, "c[%d,%d] = %v", i, j, v)
					case i == 1 || j == 2:
						require.Zero(t, v)
					default:
						require.Less(t, math.Abs(float64(v)), 30.0)
					}
				}
			}
		}
	})
}

// The rounding of both operands to 127 steps costs a hundredth.
func TestInt8FollowsFloat32(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		const m, n, k = 30, 40, 600
		a, b := newMatrix(m, k, plain, newRand()), newMatrix(k, n, plain, newRand())
		want, got := newMatrix(m, n, plain, newRand()), newMatrix(m, n, plain, newRand())
		var s Scratch
		Gemm(&s, want, Operand[float32]{M: a}, Operand[float32]{M: b}, false)
		Gemm(&s, got, Operand[float32]{M: a}, typedInt8(b, Right, true), false)
		var diff, norm float64
		for i, v := range want.Data {
			d := float64(got.Data[i] - v)
			diff += d * d
			norm += float64(v) * float64(v)
		}
		require.InDelta(t, 0.005, math.Sqrt(diff/norm), 0.003)
	})
}

func TestInt8DoesNotAllocate(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for _, l := range layouts {
			a, b, c := newMatrix(50, 70, l, r), newMatrix(70, 90, l, r), newMatrix(50, 90, plain, r)
			left, right := typedInt8(a, Left, true), typedInt8(b, Right, true)
			var s Scratch
			require.Zero(t, testing.AllocsPerRun(10, func() {
				Gemm(&s, c, Operand[float32]{M: a}, right, true)
				Gemm(&s, c, left, Operand[float32]{M: b}, false)
			}))
		}
	})
}

func TestInt8ChecksOperands(t *testing.T) {
	var s Scratch
	m := Dense(make([]float32, 4), 2, 2)
	c := Dense(make([]float32, 4), 2, 2)
	require.Panics(t, func() { Gemm(&s, c, typedInt8(m, Left, true), typed(m, Right, true), false) }, "one packed as float32")
	require.NotPanics(t, func() { Gemm(&s, c, typedInt8(m, Left, true), typedInt8(m, Right, true), false) })
	bf16 := typedInt8(m, Right, true).P
	require.Panics(t, func() {
		Gemm(&s, c, Operand[BF16]{M: Dense(make([]BF16, 4), 2, 2)}, Operand[BF16]{P: bf16}, false)
	}, "not for bfloat16")
}

// The longest sums are right, of the largest integers and either sign, and longer ones
// refused at every level.
func TestInt8Depth(t *testing.T) {
	constant := func(n int, v float32) []float32 { return slices.Repeat([]float32{v}, n) }
	forEachLevel(t, func(t *testing.T, level Level) {
		const k = MaxInt8Depth
		for _, sign := range []float32{1, -1} {
			a, b, c := Dense(constant(2*k, sign), 2, k), Dense(constant(3*k, 1), k, 3), Dense(make([]float32, 6), 2, 3)
			var s Scratch
			Gemm(&s, c, typedInt8(a, Left, false), typedInt8(b, Right, true), false)
			for _, v := range c.Data {
				require.InEpsilon(t, sign*k, v, 1e-6)
			}
		}
		deep := Dense(make([]float32, k+1), 1, k+1)
		require.Panics(t, func() { new(Packed).PackInt8(Left, deep) })
		require.Panics(t, func() { new(Packed).PackInt8(Right, deep.T()) })
		require.NotPanics(t, func() { new(Packed).PackInt8(Right, deep) }, "wide, but not deep")
	})
}

func TestInt8OfNothing(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		for _, p := range []product{{m: 0, n: 3, k: 2}, {m: 3, n: 0, k: 2}, {m: 3, n: 2, k: 0}} {
			p.checkInt8(t, offsetBy(0), newRand())
			p.packLeft, p.accumulate = true, true
			p.checkInt8(t, offsetBy(0), newRand())
		}
	})
}
