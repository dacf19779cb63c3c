package simd

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// gatedSizes are around tiles and blocks of all levels.
func gatedSizes() [][3]int {
	return unlessShort([][3]int{
		{1, 1, 1}, {2, 3, 31}, {14, 32, 64}, {15, 33, 33}, {81, 160, 64}, {127, 31, 97}, {128, 64, 32}, {129, 65, 40},
		{blockM + 15, 40, 96}, {300, 70, 50}, {30, blockN + 37, 20}, {5, 37, blockK}, {5, 37, blockK + 9}, {530, 33, 65}, {0, 5, 5}, {5, 0, 5}, {5, 5, 0},
		{15, blockN + 37, blockK + 9},
	}, [][3]int{{1, 1, 1}, {15, 33, 33}, {131, 40, 40}, {5, 19, blockK + 9}, {5, 5, 0}, {3, blockN + 37, 9}})
}

// Gates and ups that are forgotten, and those that are kept, give what the products
// one by one and SiLUMul of them give, to the bit; kept they are those products.
func TestGemmSiLUMul(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		for i, size := range gatedSizes() {
			for _, side := range []Side{Left, Right} {
				gatedCase{m: size[0], n: size[1], k: size[2], side: side, slack: i % 3}.check(t, offsetBy(i), r)
			}
		}
	})
}

type gatedCase struct {
	m, n, k int
	side    Side // of the weights
	slack   int  // of the destination
}

// check computes the case in all types.
func (c gatedCase) check(t *testing.T, place placement, r *rand.Rand) {
	t.Helper()
	checkGated[float32](t, c, (*Packed).Pack, place, r)
	checkGated[BF16](t, c, (*Packed).PackBF16, place, r)
	checkGated[float32](t, c, (*Packed).PackInt8, place, r)
}

func checkGated[T Element](t *testing.T, c gatedCase, pack func(*Packed, Side, Matrix[float32]), place placement, r *rand.Rand) {
	t.Helper()
	w, x := view[T](plain, c.k, c.n), view[T](plain, c.m, c.k)
	if c.side == Left {
		w, x = view[T](plain, c.m, c.k), view[T](plain, c.k, c.n)
	}
	var gate, up Packed
	pack(&gate, c.side, newMatrix(w.Rows, w.Cols, plain, r))
	pack(&up, c.side, newMatrix(w.Rows, w.Cols, plain, r))
	dst := view[T](layout{slack: c.slack}, c.m, c.n)
	s, intact := place(t, []int{floatsFor[T](dst.size()), floatsFor[T](x.size())})
	dst.Data, x.Data = as[T](s[0], dst.size()), as[T](s[1], x.size())
	x.randomise(r)

	var scratch Scratch
	gates, ups := matrixOf[T](c.m, c.n, plain, r), matrixOf[T](c.m, c.n, plain, r)
	times(&scratch, gates, x, &gate)
	times(&scratch, ups, x, &up)
	dst.randomise(r)
	want := dst
	want.Data = slices.Clone(dst.Data)
	for i := range c.m {
		SiLUMul(want.Data[i*want.RS:][:c.n], gates.Data[i*c.n:][:c.n], ups.Data[i*c.n:][:c.n])
	}

	GemmSiLUMul(&scratch, dst, Matrix[T]{}, Matrix[T]{}, x, &gate, &up)
	require.Equal(t, bitsOf(want.Data), bitsOf(dst.Data), "%+v", c)
	dst.randomise(r)
	beside := layout{slack: 3}
	kept, keptUps := matrixOf[T](c.m, c.n, beside, r), matrixOf[T](c.m, c.n, beside, r)
	GemmSiLUMul(&scratch, dst, kept, keptUps, x, &gate, &up)
	require.Equal(t, bitsOf(want.Data), bitsOf(dst.Data), "%+v, kept", c)
	require.Equal(t, float64Matrix(gates), float64Matrix(kept), "%+v: gates", c)
	require.Equal(t, float64Matrix(ups), float64Matrix(keptUps), "%+v: ups", c)
	intact()
}

// times stores the product of x with a packed operand.
func times[T Element](s *Scratch, dst, x Matrix[T], w *Packed) {
	a, b := Operand[T]{M: x}, Operand[T]{P: w}
	if w.side == Left {
		a, b = b, a
	}
	Gemm(s, dst, a, b, false)
}

// The kernels that end a tile give the bits of those on whole vectors, in rows of any
// distance or in place of the gates.
func TestPanelSiLUMul(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		k, r := level.kernels(), newRand()
		for i := range 40 {
			checkPanelSiLUMul(t, k.tile.nr, k.tile.siluMul, k.floats.siluMul, i%20, offsetBy(i), r)
			if k.pairs != nil {
				checkPanelSiLUMul(t, k.pairs.nr, k.pairs.siluMul, k.bf16.siluMul, i%20, offsetBy(i), r)
			}
		}
	})
}

func checkPanelSiLUMul[T Element](t *testing.T, nr int, kernel func(dst []T, stride int, gate, up []T), whole func(dst, gate, up []T), rows int, place placement, r *rand.Rand) {
	t.Helper()
	dst, block := view[T](layout{slack: rows % 4}, rows, nr), view[T](plain, rows, nr)
	s, intact := place(t, []int{floatsFor[T](dst.size()), floatsFor[T](block.size()), floatsFor[T](block.size())})
	gate, up := block, block
	dst.Data, gate.Data, up.Data = as[T](s[0], dst.size()), as[T](s[1], block.size()), as[T](s[2], block.size())
	dst.randomise(r)
	gate.randomise(r)
	up.randomise(r)
	want := make([]T, rows*nr)
	whole(want, gate.Data, up.Data)
	before := slices.Clone(gate.Data)
	kernel(dst.Data, dst.RS, gate.Data, up.Data)
	require.Equal(t, float64Matrix(Dense(want, rows, nr)), float64Matrix(dst))
	for i, v := range dst.Data {
		require.False(t, i%dst.RS >= nr && bits(v) != bits(fromFloat[T](guardNaN)), "wrote between the rows")
	}
	copy(gate.Data, before)
	kernel(gate.Data, nr, gate.Data, up.Data)
	require.Equal(t, bitsOf(want), bitsOf(gate.Data), "in place")
	intact()
}

func TestGemmSiLUMulDoesNotAllocate(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		x, dst := newMatrix(50, 70, plain, r), newMatrix(50, 90, plain, r)
		hx, hdst := matrixOf[BF16](50, 70, plain, r), matrixOf[BF16](50, 90, plain, r)
		w := newMatrix(70, 90, plain, r)
		var s Scratch
		var gate, up, int8Gate, int8Up, halfGate, halfUp Packed
		gate.Pack(Right, w)
		up.Pack(Right, w)
		int8Gate.PackInt8(Right, w)
		int8Up.PackInt8(Right, w)
		halfGate.PackBF16(Right, w)
		halfUp.PackBF16(Right, w)
		none, noHalves := Matrix[float32]{}, Matrix[BF16]{}
		require.Zero(t, testing.AllocsPerRun(10, func() {
			GemmSiLUMul(&s, dst, none, none, x, &gate, &up)
			GemmSiLUMul(&s, dst, none, none, x, &int8Gate, &int8Up)
			GemmSiLUMul(&s, hdst, noHalves, noHalves, hx, &halfGate, &halfUp)
		}))
	})
}

// What does not fit together is a programming error.
func TestGemmSiLUMulIsChecked(t *testing.T) {
	r := newRand()
	var right, left, half, narrow Packed
	right.Pack(Right, newMatrix(4, 6, plain, r))
	left.Pack(Left, newMatrix(6, 4, plain, r))
	half.PackBF16(Right, newMatrix(4, 6, plain, r))
	narrow.Pack(Right, newMatrix(4, 5, plain, r))
	x, dst, none := newMatrix(3, 4, plain, r), newMatrix(3, 6, plain, r), Matrix[float32]{}
	require.NotPanics(t, func() { GemmSiLUMul(&Scratch{}, dst, none, none, x, &right, &right) })
	for name, up := range map[string]*Packed{"side": &left, "kind": &half, "shape": &narrow} {
		require.Panics(t, func() { GemmSiLUMul(&Scratch{}, dst, none, none, x, &right, up) }, name)
	}
	require.Panics(t, func() { GemmSiLUMul(&Scratch{}, newMatrix(3, 5, plain, r), none, none, x, &right, &right) })
	require.Panics(t, func() { GemmSiLUMul(&Scratch{}, dst, dst, newMatrix(3, 5, plain, r), x, &right, &right) })
}
