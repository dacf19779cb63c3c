package simd

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestGemmSizes(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for m := 1; m <= 40; m++ {
			for n := 1; n <= 40; n++ {
				p := product{m: m, n: n, k: 1 + r.IntN(12), a: layouts[(m+n)%4], b: layouts[m%4], slack: n % 3, accumulate: r.IntN(2) == 0}
				p.check(t, offsetBy(m%7), r)
			}
		}
	})
}

// Sizes around those of the tiles of every level for bfloat16 numbers. With
// -short, those of levels that widen them: around a tile and up to the second
// block of rows, with each operand packed and not.
func TestGemmPairSizes(t *testing.T) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		r := newRand()
		rows := unlessShort([]int{1, 2, 9, 14, 15, 16, 17, 29, 31, 32, 33, 47, 49, 64, 65, 81, 127, 128, 129, 161, 513}, []int{1, 9, 15, 33, blockM + 1, blockM + 15})
		cols := unlessShort([]int{1, 2, 9, 15, 16, 17, 31, 32, 33, 48, 49, 65, 97}, []int{1, 9, 15, 48, 49})
		for i, m := range rows {
			for j, n := range cols {
				p := product{m: m, n: n, k: 30 + (7*i+j)%70, a: layouts[i%4], b: layouts[j%4], slack: j % 3, accumulate: (i+j)%2 == 0}
				p.packLeft, p.packRight = (i+j)%5 == 0, (i+j)%3 == 0
				if j%4 == 1 {
					p.k = 32 + p.k/32*32
				}
				checkProduct[BF16, BF16](t, p, offsetBy(m%7), r)
				checkProduct[float32, BF16](t, p, offsetBy(n%7), r)
			}
		}
	})
}

// Every way to hand over the operands, at sizes around the tiles and blocks. With
// -short a quarter of the cases: every two layouts with every way to pack and
// add, and every layout of either operand and such way with every size.
func TestGemmVariants(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r, w := newRand(), level.kernels().tile
		for s, size := range []struct{ m, n, k int }{
			{w.mr, w.nr, 7}, {w.mr + 1, w.nr - 1, 33}, {2*w.mr - 1, 2*w.nr + 1, 40}, {97, 65, 64}, {9, 9, 32},
		} {
			for bits := range 8 {
				for i, la := range layouts {
					for j, lb := range layouts {
						if testing.Short() && (bits+i+j+s)%4 != 0 {
							continue
						}
						p := product{m: size.m, n: size.n, k: size.k, a: la, b: lb, slack: 3}
						p.packLeft, p.packRight, p.accumulate = bits&1 != 0, bits&2 != 0, bits&4 != 0
						p.check(t, offsetBy(1), r)
					}
				}
			}
		}
	})
}

func TestGemmDepths(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for _, k := range []int{0, 1, 2, 3, 255, 256, 257, blockK, blockK + 1, 600} {
			for i := range 8 {
				p := product{m: 17, n: 35, k: k, a: layouts[i%4], b: layouts[i/2]}
				p.packLeft, p.packRight, p.accumulate = i%3 == 0, i%2 == 0, i >= 4
				p.check(t, offsetBy(0), r)
			}
		}
	})
}

// Sizes beyond the blocks in every dimension.
func TestGemmLarge(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		product{m: 2*blockM + 3, n: blockN + 5, k: unlessShort(70, 7), a: transposed, b: plain, slack: 1}.check(t, offsetBy(0), r)
		product{m: blockM + 3, n: unlessShort(50, 15), k: 2*blockK + 3, a: plain, b: transposed, packRight: true}.check(t, offsetBy(0), r)
	})
}

// A row has the same bits whichever rows are computed with it, and however its
// operands are handed over. With -short, rows of two blocks, whose border most
// parts shift, and columns of two panels and a part of one.
func TestGemmRowsAreIndependent(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		const k = blockK + 88
		m, n := unlessShort(2*blockM+20, blockM+20), unlessShort(75, 2*level.kernels().tile.nr+3)
		parts := unlessShort([]int{1, 2, 13, 15, 97, 230}, []int{1, 2, 13, 15, blockM + 3})
		r := newRand()
		for _, la := range layouts {
			for _, lb := range layouts {
				checkRows[float32, float32](t, m, n, k, la, lb, parts, r)
			}
		}
	})
}

// So has one of bfloat16 numbers, of either type of result. With -short, sizes
// as above, and depths of one block and of three: those around the steps of
// tiles of pairs are for CPUs that have them.
func TestGemmPairRowsAreIndependent(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		n := unlessShort(75, 2*level.kernels().tile.nr+3)
		for _, k := range unlessShort([]int{9, 33, 64, 97, blockK + 88, 2*blockK + 64}, []int{9, 2*blockK + 3}) {
			checkPairRows[BF16](t, n, k)
			checkPairRows[float32](t, n, k)
		}
	})
}

func checkPairRows[C Element](t *testing.T, n, k int) {
	m := unlessShort(600, blockM+20)
	parts := unlessShort([]int{1, 2, 13, 15, 97, 130, 530}, []int{1, 2, 13, 15, blockM + 3})
	r := newRand()
	for i, la := range layouts {
		checkRows[C, BF16](t, m, n, k, la, layouts[(i+k)%4], parts, r)
	}
}

// checkRows computes parts of the rows of a product, as many as parts says, with
// operands that are not packed, and compares them with all.
func checkRows[C, T Element](t *testing.T, m, n, k int, la, lb layout, parts []int, r *rand.Rand) {
	t.Helper()
	a, b := matrixOf[T](m, k, la, r), matrixOf[T](k, n, lb, r)
	whole, part := matrixOf[C](m, n, plain, r), matrixOf[C](m, n, plain, r)
	var s Scratch
	Gemm(&s, whole, typed(a, Left, true), typed(b, Right, true), false)
	for _, rows := range parts {
		from := r.IntN(m - rows)
		Gemm(&s, part.sub(0, rows, 0, n), Operand[T]{M: a.sub(from, rows, 0, k)}, Operand[T]{M: b}, false)
		require.Equal(t, whole.Data[from*n:(from+rows)*n], part.Data[:rows*n], "%d rows from %d, k = %d, %v %v", rows, from, k, la, lb)
	}
}

// Goroutines that share two threads, are stopped for garbage collections and
// grow their stacks get the bits of one alone: nothing that a kernel sets up
// outlives it or is missing when another runs.
func TestGemmUnderCollection(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	forEachLevel(t, func(t *testing.T, level Level) {
		if level.kernels().pairs == nil {
			t.Skip("nothing here but vector registers, which belong to the goroutine")
		}
		r := newRand()
		a, b := matrixOf[BF16](70, 200, plain, r), matrixOf[BF16](200, 90, plain, r)
		halves := repeatedProduct(Operand[BF16]{M: a}, Operand[BF16]{M: b}, 70, 90)
		x, y := newMatrix(70, 200, plain, r), newMatrix(200, 90, plain, r)
		integers := repeatedProduct(Operand[float32]{M: x}, typedInt8(y, Right, true), 70, 90)
		stop := make(chan struct{})
		var all sync.WaitGroup
		var wrong atomic.Int32
		for range 64 {
			all.Go(func() {
				for !closed(stop) {
					if !halves() || !integers() {
						wrong.Add(1)
					}
				}
			})
		}
		for range unlessShort(100, 10) {
			time.Sleep(time.Millisecond)
			runtime.GC()
		}
		close(stop)
		all.Wait()
		require.Zero(t, wrong.Load())
	})
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// repeatedProduct returns a function that multiplies again, on a new, small stack,
// and reports whether the result is the same.
func repeatedProduct[T Element](a, b Operand[T], rows, cols int) func() bool {
	multiply := func() []T {
		c := Dense(make([]T, rows*cols), rows, cols)
		Gemm(new(Scratch), c, a, b, false)
		return c.Data
	}
	want := multiply()
	return func() bool {
		same := make(chan bool)
		go func() { same <- slices.Equal(multiply(), want) }()
		return <-same
	}
}

// No product is left out: an infinity or NaN on one side meets the zeros of
// the other.
func TestGemmPropagatesNaN(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		const m, n, k = 31, 37, 9
		inf := float32(math.Inf(1))
		for _, bad := range []float32{inf, -inf, float32(math.NaN())} {
			for _, place := range []int{0, 20, 30} {
				a, b, c := Dense(make([]float32, m*k), m, k), Dense(make([]float32, k*n), k, n), Dense(make([]float32, m*n), m, n)
				a.set(place, 4, bad)
				b.set(7, place, bad)
				var s Scratch
				Gemm(&s, c, Operand[float32]{M: a}, Operand[float32]{M: b}, false)
				for i := range m {
					for j := range n {
						require.Equal(t, i == place || j == place, c.at(i, j) != c.at(i, j), "%v: c[%d,%d] = %v", bad, i, j, c.at(i, j))
					}
				}
			}
		}
	})
}

func TestGemmDoesNotAllocate(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		r := newRand()
		for _, l := range layouts {
			a, b, c := newMatrix(50, 70, l, r), newMatrix(70, 90, l, r), newMatrix(50, 90, plain, r)
			ha, hb, hc := matrixOf[BF16](50, 70, l, r), matrixOf[BF16](70, 90, l, r), matrixOf[BF16](50, 90, plain, r)
			var s Scratch
			var left, right Packed
			require.Zero(t, testing.AllocsPerRun(10, func() {
				left.Pack(Left, a)
				right.Pack(Right, b)
				Gemm(&s, c, Operand[float32]{M: a}, Operand[float32]{M: b}, true)
				Gemm(&s, c, Operand[float32]{P: &left}, Operand[float32]{P: &right}, false)
			}), "float32")
			require.Zero(t, testing.AllocsPerRun(10, func() {
				left.PackBF16(Left, a)
				right.PackBF16(Right, b)
				Gemm(&s, c, Operand[BF16]{M: ha}, Operand[BF16]{M: hb}, true)
				Gemm(&s, hc, Operand[BF16]{P: &left}, Operand[BF16]{P: &right}, false)
			}), "bfloat16")
		}
	})
}

func TestGemmChecksOperands(t *testing.T) {
	var s Scratch
	m := func(rows, cols int) Matrix[float32] { return Dense(make([]float32, rows*cols), rows, cols) }
	product := func(c Matrix[float32], a, b Operand[float32]) func() { return func() { Gemm(&s, c, a, b, false) } }
	require.Panics(t, product(m(2, 3), Operand[float32]{M: m(2, 4)}, Operand[float32]{M: m(5, 3)}), "different depths")
	require.Panics(t, product(m(3, 3), Operand[float32]{M: m(2, 4)}, Operand[float32]{M: m(4, 3)}), "destination of wrong shape")
	require.Panics(t, product(m(3, 2).T(), Operand[float32]{M: m(2, 4)}, Operand[float32]{M: m(4, 3)}), "transposed destination")
	require.Panics(t, product(m(2, 3), Operand[float32]{M: Matrix[float32]{Data: make([]float32, 7), Rows: 2, Cols: 4, RS: 4, CS: 1}}, Operand[float32]{M: m(4, 3)}), "short data")
	require.Panics(t, product(m(2, 3), typed(m(2, 4), Right, true), Operand[float32]{M: m(4, 3)}), "wrong side")
	if len(Levels()) == 1 {
		return
	}
	setLevel(t, Levels()[0])
	left := typed(m(2, 4), Left, true)
	setLevel(t, Levels()[1])
	require.Panics(t, product(m(2, 3), left, typed(m(4, 3), Right, true)), "mixed levels")
	require.NotPanics(t, product(m(2, 3), left, Operand[float32]{M: m(4, 3)}), "the packed operand decides the level")
}

// FuzzGemm compares products of any small shape with float64.
func FuzzGemm(f *testing.F) {
	f.Add(uint64(0), uint8(14), uint8(32), uint16(7), uint8(0), uint8(0))
	f.Add(uint64(1), uint8(97), uint8(33), uint16(600), uint8(255), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, m, n uint8, k uint16, flags, offset uint8) {
		r := newRand()
		p := product{m: int(m), n: int(n), k: int(k) % (blockK + 100), a: layouts[flags&3], b: layouts[flags>>2&3]}
		p.packLeft, p.packRight, p.accumulate = flags>>4&1 != 0, flags>>5&1 != 0, flags>>6&1 != 0
		p.slack = int(offset >> 4)
		forEachLevel(t, func(t *testing.T, level Level) {
			p.check(t, offsetBy(int(offset&15)), r)
			p.checkInt8(t, offsetBy(int(offset&15)), r)
		})
	})
}
