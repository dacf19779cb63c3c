package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guardNaN surrounds the slices of the tests. It is a NaN: a kernel that reads it
// gives itself away as one that writes it.
var guardNaN = math.Float32frombits(0x7fc0beef)

const guardLen = 16

// A placement makes slices of given lengths for a kernel and returns a check
// that their surroundings are intact.
type placement func(tb testing.TB, sizes []int) (s [][]float32, check func())

// offsetBy places slices off floats after a cache line's start, between
// guards.
func offsetBy(off int) placement {
	return func(tb testing.TB, sizes []int) ([][]float32, func()) {
		whole, s := make([][]float32, len(sizes)), make([][]float32, len(sizes))
		for i, n := range sizes {
			whole[i] = Floats(guardLen + off + n + guardLen)
			for j := range whole[i] {
				whole[i][j] = guardNaN
			}
			s[i] = whole[i][guardLen+off:][:n:n]
		}
		return s, func() {
			tb.Helper()
			for i, n := range sizes {
				checkGuard(tb, i, whole[i][:guardLen+off])
				checkGuard(tb, i, whole[i][guardLen+off+n:])
			}
		}
	}
}

func checkGuard(tb testing.TB, slice int, g []float32) {
	tb.Helper()
	for _, v := range g {
		if math.Float32bits(v) != math.Float32bits(guardNaN) {
			tb.Fatalf("slice %d: a number outside was overwritten with %v", slice, v)
		}
	}
}

// fill gives the slices random content.
func (k *vectorKernel) fill(s [][]float32, rng *rand.Rand) {
	for _, x := range s {
		for i := range x {
			x[i] = float32(rng.NormFloat64() * 3)
		}
	}
	for _, p := range k.positive {
		for i, v := range s[p] {
			s[p][i] = float32(math.Abs(float64(v)))
		}
	}
}

// compare runs the kernel on s and fails if a result differs from that in
// float64. NaN has to be where it is in float64.
func (k *vectorKernel) compare(tb testing.TB, rows, cols int, s [][]float32) {
	tb.Helper()
	before, want := float64s(s), float64s(s)
	k.ref(rows, cols, want)
	k.run(rows, cols, s)
	k.check(tb, s, want, before, k.tolerance)
}

// check compares results with what they ought to be.
func (k *vectorKernel) check(tb testing.TB, got [][]float32, want, before [][]float64, tolerance float64) {
	tb.Helper()
	for _, o := range k.outputs {
		size := largest(want[o])
		if k.inPlace {
			size = max(size, largest(before[o]))
		}
		for i, w := range want[o] {
			g := float64(got[o][i])
			if math.IsNaN(w) != math.IsNaN(g) || math.Abs(g-w) > tolerance*size {
				tb.Fatalf("%s: slice %d: number %d of %d is %v, want %v (largest %v)", k.name, o, i, len(want[o]), g, w, size)
			}
		}
	}
}

func float64s(s [][]float32) [][]float64 {
	out := make([][]float64, len(s))
	for i, x := range s {
		out[i] = make([]float64, len(x))
		for j, v := range x {
			out[i][j] = float64(v)
		}
	}
	return out
}

// largest returns the largest absolute value of the numbers that are not NaN.
func largest(x []float64) float64 {
	var size float64
	for _, v := range x {
		if a := math.Abs(v); a > size {
			size = a
		}
	}
	return size
}

// eachKernel runs f for every kernel at every level.
func eachKernel(t *testing.T, f func(t *testing.T, k *vectorKernel)) {
	forEachLevel(t, func(t *testing.T, _ Level) {
		for i := range vectorKernels {
			k := &vectorKernels[i]
			t.Run(k.name, func(t *testing.T) { f(t, k) })
		}
	})
}

func testLengths() []int {
	var n []int
	for i := range 71 {
		n = append(n, i)
	}
	return append(n, 127, 128, 129, 511, 512, 513, 1000)
}

// With -short, each place in a vector of four numbers.
func TestVectorKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		for _, n := range testLengths() {
			for off := 0; off < 16; off += unlessShort(1, 5) {
				s, check := offsetBy(off)(t, k.sizes(k.rows, n))
				k.fill(s, rng)
				k.compare(t, k.rows, n, s)
				check()
			}
		}
	})
}

// TestVectorBlocks covers vectors that are cut into several calls, and rows
// that take many rounds.
func TestVectorBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		s, check := offsetBy(1)(t, k.sizes(k.rows, 40_003))
		k.fill(s, rng)
		k.compare(t, k.rows, 40_003, s)
		check()
	})
}

func TestVectorKernelsPropagateNaN(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	nan := float32(math.NaN())
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		for _, n := range []int{1, 5, 8, 9, 16, 17, 33, 97, 128} {
			sizes := k.sizes(k.rows, n)
			for i, size := range sizes {
				for _, at := range []int{0, size / 2, size - 1} {
					s, _ := offsetBy(0)(t, sizes)
					k.fill(s, rng)
					s[i][at] = nan
					k.compare(t, k.rows, n, s)
				}
			}
		}
	})
}

// TestVectorLevelsAgree compares every level with the portable code.
func TestVectorLevelsAgree(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		for _, n := range testLengths() {
			agree(t, k, n, 0, uint64(n))
		}
	})
}

// portably runs f with the portable kernels.
func portably(f func()) {
	defer active.Store(active.Swap(&generic))
	f()
}

// agree compares the active level with the portable code.
func agree(t *testing.T, k *vectorKernel, cols, off int, seed uint64) {
	t.Helper()
	sizes := k.sizes(k.rows, cols)
	s, check := offsetBy(off)(t, sizes)
	k.fill(s, rand.New(rand.NewPCG(seed, 7)))
	same, _ := offsetBy(0)(t, sizes)
	for i, x := range s {
		copy(same[i], x)
	}
	k.run(k.rows, cols, s)
	check()
	before := float64s(same)
	portably(func() { k.run(k.rows, cols, same) })
	k.check(t, s, float64s(same), before, 1e-6)
}

func FuzzVector(f *testing.F) {
	f.Add(uint64(1), uint16(97), uint8(3), uint8(0))
	f.Add(uint64(2), uint16(1000), uint8(15), uint8(7))
	f.Fuzz(func(t *testing.T, seed uint64, cols uint16, off, kernel uint8) {
		k := &vectorKernels[int(kernel)%len(vectorKernels)]
		for _, level := range Levels() {
			setLevel(t, level)
			agree(t, k, int(cols)%3000, int(off)%16, seed)
		}
	})
}

// TestVectorAliases runs the kernels with the destinations that their comments
// allow.
func TestVectorAliases(t *testing.T) {
	const rows, cols = 5, 67
	calls := []struct {
		name string
		run  func(dst, a, b []float32)
	}{
		{"Add", Add[float32]},
		{"SiLUMul", SiLUMul[float32]},
		{"SoftmaxBackwardRows", func(dst, a, b []float32) { SoftmaxBackwardRows(dst, a, b, cols, cols, testScale) }},
		{"AddRMSNormRows", func(dst, a, b []float32) { AddRMSNormRows(dst, a, b, make([]float32, rows), testEps) }},
		{"AddRMSNormCols", func(dst, a, b []float32) { AddRMSNormCols(dst, a, b, make([]float32, cols), testEps) }},
	}
	random := func(seed uint64) []float32 {
		rng := rand.New(rand.NewPCG(seed, 1))
		x := make([]float32, rows*cols)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, c := range calls {
			want, first, second := make([]float32, rows*cols), random(1), random(2)
			c.run(want, random(1), random(2))
			c.run(first, first, random(2))
			c.run(second, random(1), second)
			for i, w := range want {
				if first[i] != w || second[i] != w {
					t.Fatalf("%s: number %d is %v or %v in place, want %v", c.name, i, first[i], second[i], w)
				}
			}
		}
	})
}

func TestVectorKernelsDoNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 11))
	eachKernel(t, func(t *testing.T, k *vectorKernel) {
		s, _ := offsetBy(0)(t, k.sizes(k.rows, 97))
		k.fill(s, rng)
		if n := testing.AllocsPerRun(5, func() { k.run(k.rows, 97, s) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func TestVectorLengthsAreChecked(t *testing.T) {
	a, b := make([]float32, 6), make([]float32, 5)
	for name, f := range map[string]func(){
		"Add":                 func() { Add(a, a, b) },
		"Lerp":                func() { Lerp(a, b, 1) },
		"Dot":                 func() { Dot(a, b) },
		"SiLUMul":             func() { SiLUMul(b, a, b) },
		"SiLUMulBackward":     func() { SiLUMulBackward(a, b, a) },
		"SoftmaxRows":         func() { SoftmaxRows(a, a, 4, 4, 1) },
		"SoftmaxBackwardRows": func() { SoftmaxBackwardRows(a, a, b, 1, 1, 1) },
		"AddRMSNormRows":      func() { AddRMSNormRows(a, a, a, b, 1) },
		"RMSNormBackwardRows": func() { RMSNormBackwardRows(a, a, nil) },
		"AddRMSNormCols":      func() { AddRMSNormCols(a, a, a, b, 1) },
		"RMSNormBackwardCols": func() { RMSNormBackwardCols(a, a, a, b) },
		"Rope":                func() { Rope(a, b, b) },
		"SumRows":             func() { SumRows(make([]float32, 10), make([]float32, 9), testSums[5], 2, 1, false) },
		"SumRowsDestination":  func() { SumRows(make([]float32, 8), make([]float32, 10), testSums[5], 2, 1, false) },
		"AdamATan2":           func() { AdamATan2(a, a, a, b, testStep) },
		"AdamW":               func() { AdamW(a, a, b, a, testStep) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// loopRestored times run, and now and then has restore give it back its numbers: what a
// kernel computes in place shrinks, at last to denormal numbers, which are slow, or grows
// without bound.
func loopRestored(b *testing.B, restore, run func()) {
	for i := 0; b.Loop(); i++ {
		if i%8 == 0 {
			b.StopTimer()
			restore()
			b.StartTimer()
		}
		run()
	}
}

func BenchmarkVector(b *testing.B) {
	rng := rand.New(rand.NewPCG(12, 13))
	for i := range vectorKernels {
		k := &vectorKernels[i]
		for _, level := range Levels() {
			b.Run(fmt.Sprintf("%s/%dx%d/%v", k.name, k.benchRows, k.benchCols, level), func(b *testing.B) {
				setLevel(b, level)
				s, _ := offsetBy(0)(b, k.sizes(k.benchRows, k.benchCols))
				k.fill(s, rng)
				var bytes int64
				var fresh [][]float32
				for _, x := range s {
					bytes += 4 * int64(len(x))
					fresh = append(fresh, slices.Clone(x))
				}
				b.SetBytes(bytes)
				restore := func() {
					for i, x := range fresh {
						copy(s[i], x)
					}
				}
				loopRestored(b, restore, func() { k.run(k.benchRows, k.benchCols, s) })
			})
		}
	}
}
