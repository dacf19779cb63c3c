package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A halfKernel is a kernel on bfloat16 numbers, by the name of the float32
// kernel in vectorKernels that it is the rounded form of. The slices of that
// which come first, numbers of them, hold bfloat16 numbers.
type halfKernel struct {
	name    string
	numbers int
	run     func(rows, cols int, h [][]BF16, f [][]float32)
}

var halfKernels = []halfKernel{
	{"Add", 3, func(_, _ int, h [][]BF16, _ [][]float32) { Add(h[0], h[1], h[2]) }},
	{"SiLUMul", 3, func(_, _ int, h [][]BF16, _ [][]float32) { SiLUMul(h[0], h[1], h[2]) }},
	{"SiLUMulBackward", 3, func(_, _ int, h [][]BF16, _ [][]float32) { SiLUMulBackward(h[0], h[1], h[2]) }},
	{"AddRMSNormRows", 3, func(_, _ int, h [][]BF16, f [][]float32) { AddRMSNormRows(h[0], h[1], h[2], f[0], testEps) }},
	{"RMSNormBackwardRows", 2, func(_, _ int, h [][]BF16, f [][]float32) { RMSNormBackwardRows(h[0], h[1], f[0]) }},
	{"AddRMSNormCols", 3, func(_, cols int, h [][]BF16, f [][]float32) { AddRMSNormCols(h[0], h[1], h[2], f[0], testEps) }},
	{"SoftmaxRows", 1, func(_, cols int, h [][]BF16, f [][]float32) { SoftmaxRows(h[0], f[0], cols, cols, testScale) }},
	{"SoftmaxBackwardRows", 2, func(_, cols int, h [][]BF16, f [][]float32) {
		SoftmaxBackwardRows(h[0], f[0], h[1], cols, cols, testScale)
	}},
	{"Rope", 1, func(_, _ int, h [][]BF16, f [][]float32) { Rope(h[0], f[0], f[1]) }},
	{"SumRows", 2, func(rows, cols int, h [][]BF16, _ [][]float32) {
		SumRows(h[0], h[1], testSums[rows], cols, testScale, false)
	}},
	{"SumRowsAccumulate", 2, func(rows, cols int, h [][]BF16, _ [][]float32) {
		SumRows(h[0], h[1], testSums[rows], cols, testScale, true)
	}},
	{"RMSNormBackwardCols", 2, func(_, cols int, h [][]BF16, f [][]float32) { RMSNormBackwardCols(h[0], h[1], f[0], f[1]) }},
}

// halfTolerance bounds the error of a result relative to the largest: several
// roundings of 2^-8 each: there are eight on the way to a gradient of silu.
const halfTolerance = 8 * 0x1p-8

func TestBF16Kernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	forEachLevel(t, func(t *testing.T, _ Level) {
		for _, half := range halfKernels {
			t.Run(half.name, func(t *testing.T) {
				k := kernelNamed(t, half.name)
				for _, n := range testLengths() {
					if n == 0 {
						continue
					}
					for off := range 4 {
						s, want, before, intact := halfCase(t, k, half.numbers, n, offsetBy(off), rng)
						h, f := splitHalf(s, k.sizes(k.rows, n), half.numbers)
						half.run(k.rows, n, h, f)
						got := wideSlices(h, f)
						k.ref(k.rows, n, want)
						k.check(t, got, want, before, halfTolerance)
						intact()
					}
				}
			})
		}
	})
}

func kernelNamed(t testing.TB, name string) *vectorKernel {
	for i := range vectorKernels {
		if vectorKernels[i].name == name {
			return &vectorKernels[i]
		}
	}
	t.Fatal(name)
	return nil
}

// halfCase returns memory filled for a kernel, the numbers of whose first
// slices are bfloat16, and the same in float64, twice.
func halfCase(t *testing.T, k *vectorKernel, numbers, n int, place placement, rng *rand.Rand) (s [][]float32, want, before [][]float64, intact func()) {
	sizes := k.sizes(k.rows, n)
	space := append([]int(nil), sizes...)
	for i := range numbers {
		space[i] = floatsFor[BF16](sizes[i])
	}
	s, intact = place(t, space)
	values := make([][]float32, len(sizes))
	for i, size := range sizes {
		values[i] = make([]float32, size)
	}
	k.fill(values, rng)
	for i := range numbers {
		h := as[BF16](s[i], sizes[i])
		Convert(h, values[i])
		Convert(values[i], h)
		if len(h)%2 != 0 { // the number before the first one
			s[i][0] = math.Float32frombits(uint32(h[0])<<16 | 0x7fc0)
		}
	}
	for i := numbers; i < len(sizes); i++ {
		copy(s[i], values[i])
	}
	return s, float64s(values), float64s(values), intact
}

func splitHalf(s [][]float32, sizes []int, numbers int) (h [][]BF16, f [][]float32) {
	for i, size := range sizes {
		if i < numbers {
			h = append(h, as[BF16](s[i], size))
		} else {
			f = append(f, s[i])
		}
	}
	return h, f
}

func wideSlices(h [][]BF16, f [][]float32) [][]float32 {
	var out [][]float32
	for _, x := range h {
		wide := make([]float32, len(x))
		Convert(wide, x)
		out = append(out, wide)
	}
	return append(out, f...)
}

// The levels round alike: results differ by what sums in another order do to
// a rounding, one unit in the last place now and then.
func TestBF16LevelsAgree(t *testing.T) {
	forEachLevel(t, func(t *testing.T, level Level) {
		for _, half := range halfKernels {
			half.agree(t, 1000)
		}
	})
}

// agree compares the active level with the portable code on n columns.
func (half halfKernel) agree(t *testing.T, n int) {
	t.Helper()
	k := kernelNamed(t, half.name)
	run := func() [][]float32 {
		s, _, _, _ := halfCase(t, k, half.numbers, n, offsetBy(0), rand.New(rand.NewPCG(3, 4)))
		h, f := splitHalf(s, k.sizes(k.rows, n), half.numbers)
		half.run(k.rows, n, h, f)
		return wideSlices(h, f)
	}
	var want [][]float32
	portably(func() { want = run() })
	got := run()
	differ := 0
	for _, o := range k.outputs {
		for i, w := range want[o] {
			g := got[o][i]
			require.InDelta(t, w, g, math.Abs(float64(w))*0x1p-7, "%s: slice %d, number %d", half.name, o, i)
			if g != w && o < half.numbers {
				differ++
			}
		}
	}
	require.Less(t, differ, 5*n/100, "%s", half.name)
}

// Every gate there is has the silu and the gradients of the portable code, to the
// bit. AVX-512 BF16 takes a denormal number for zero, here a sigmoid at worst.
func TestBF16SiLUOfEveryGate(t *testing.T) {
	const gates = 1 << 16
	rng := rand.New(rand.NewPCG(7, 8))
	random := func() []BF16 {
		x := make([]BF16, gates)
		for i := range x {
			x[i] = ToBF16(float32(rng.NormFloat64()))
		}
		return x
	}
	ups, dhs := [][]BF16{make([]BF16, gates), random()}, [][]BF16{make([]BF16, gates), random()}
	for i := range gates {
		ups[0][i], dhs[0][i] = ToBF16(1), ToBF16(1)
	}
	run := func(up, dh []BF16) [][]BF16 {
		gate, out := make([]BF16, gates), make([]BF16, gates)
		for i := range gate {
			gate[i] = BF16(i)
		}
		SiLUMul(out, gate, up)
		up = slices.Clone(up)
		SiLUMulBackward(gate, up, dh)
		return [][]BF16{out, gate, up}
	}
	forEachLevel(t, func(t *testing.T, level Level) {
		for i, up := range ups {
			setLevel(t, Generic)
			want := run(up, dhs[i])
			setLevel(t, level)
			for o, got := range run(up, dhs[i]) {
				for gate, g := range got {
					w := want[o][gate]
					x, y := g.Float32(), w.Float32()
					nan := x != x && y != y
					zero := x == 0 && math.Abs(float64(y)) < 0x1p-112
					require.True(t, g == w || nan || zero, "output %d of gate %#04x is %v, want %v", o, gate, x, y)
				}
			}
		}
	})
}

func BenchmarkVectorBF16(b *testing.B) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, half := range halfKernels {
		k := kernelNamed(b, half.name)
		sizes := k.sizes(k.benchRows, k.benchCols)
		values := make([][]float32, len(sizes))
		for i, n := range sizes {
			values[i] = make([]float32, n)
		}
		k.fill(values, rng)
		var numbers [][]BF16
		for _, x := range values[:half.numbers] {
			numbers = append(numbers, Aligned[BF16](len(x)))
		}
		restore := func() {
			for i, h := range numbers {
				Convert(h, values[i])
			}
		}
		for _, level := range Levels() {
			b.Run(fmt.Sprintf("%s/%dx%d/%v", k.name, k.benchRows, k.benchCols, level), func(b *testing.B) {
				setLevel(b, level)
				loopRestored(b, restore, func() { half.run(k.benchRows, k.benchCols, numbers, values[half.numbers:]) })
			})
		}
	}
}

func TestConvert(t *testing.T) {
	values := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 1 + 0x1p-8, 1 + 0x1p-8 + 0x1p-20, 1 + 3*0x1p-8, 3.4e38, float32(math.Inf(1)), float32(math.Inf(-1)), 1e-30}
	want := []float32{0, 0, 1, -1, 1, 1 + 0x1p-7, 1 + 0x1p-6, float32(math.Inf(1)), float32(math.Inf(1)), float32(math.Inf(-1)), 9.984021e-31}
	rng := rand.New(rand.NewPCG(5, 6))
	forEachLevel(t, func(t *testing.T, _ Level) {
		for n := range 70 {
			src, h, back := make([]float32, n), make([]BF16, n), make([]float32, n)
			for i := range src {
				src[i] = float32(rng.NormFloat64())
			}
			copy(src, values)
			Convert(h, src)
			Convert(back, h)
			for i, b := range h {
				require.Equal(t, ToBF16(src[i]), b, "%v", src[i])
				require.Equal(t, b.Float32(), back[i])
				if i < len(want) {
					require.Equal(t, want[i], back[i], "%v", src[i])
				}
			}
		}
		for _, bits := range []uint32{0x7f800001, 0xff812345, 0x7fabcdef, 0x7fc00000, 0x7fffffff, 0xffffffff} {
			nan, h := make([]float32, 35), make([]BF16, 35)
			for i := range nan {
				nan[i] = math.Float32frombits(bits)
			}
			Convert(h, nan)
			for _, b := range h {
				require.Equal(t, BF16(bits>>16|0x40), b, "a NaN becomes quiet and keeps the rest")
			}
		}
	})
}

// Every bfloat16 number survives the way to float32 and back; numbers between
// two of them go to the nearer one, or to the even one.
func TestToBF16RoundsToNearestEven(t *testing.T) {
	for u := range 0x7f80 {
		b := BF16(u)
		require.Equal(t, b, ToBF16(b.Float32()))
		low, high := b.Float32(), BF16(u+1).Float32()
		if math.IsInf(float64(high), 0) {
			continue
		}
		middle := math.Float32frombits(uint32(u)<<16 | 0x8000)
		require.Equal(t, BF16(u+u&1), ToBF16(middle))
		require.Equal(t, b, ToBF16(math.Nextafter32(middle, low)))
		require.Equal(t, BF16(u+1), ToBF16(math.Nextafter32(middle, high)))
	}
}
