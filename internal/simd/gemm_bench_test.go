package simd

import (
	"fmt"
	"slices"
	"testing"
)

// A shape is one product of the models, with how they hand it over.
type shape struct {
	name       string
	m, k, n    int
	a, b       layout
	packed     Side // Left, Right or neither
	accumulate bool
}

const neither Side = 255

var shapes = []shape{
	{name: "channel-gate-up-8", m: 776, k: 512, n: 3072, packed: Right},
	{name: "channel-down-8", m: 776, k: 1536, n: 512, packed: Right},
	{name: "channel-gate-up-1", m: 97, k: 512, n: 3072, packed: Right},
	{name: "small-qkv-4", m: 328, k: 128, n: 384, packed: Right},
	{name: "small-gate-up-4", m: 328, k: 128, n: 1024, packed: Right},
	{name: "small-down-4", m: 328, k: 512, n: 128, packed: Right},
	{name: "token-gate-up", m: 1024, k: 97, n: 512, packed: Left},
	{name: "token-down", m: 97, k: 512, n: 512, packed: Left},
	{name: "gradient-channel", m: 3072, k: 679, n: 512, a: transposed, packed: neither, accumulate: true},
	{name: "gradient-small", m: 1024, k: 1312, n: 128, a: transposed, packed: neither, accumulate: true},
	{name: "scores", m: 97, k: 64, n: 97, a: layout{slack: 1472}, b: layout{transposed: true, slack: 1472}, packed: neither},
	{name: "values", m: 97, k: 97, n: 64, b: layout{slack: 1472}, packed: neither},
	{name: "scores-small", m: 82, k: 32, n: 82, a: layout{slack: 352}, b: layout{transposed: true, slack: 352}, packed: neither},
	{name: "unit-gate-up", m: 729, k: 64, n: 320, packed: Right},
	{name: "unit-down", m: 729, k: 160, n: 64, packed: Right},
	{name: "unit-attention", m: 810, k: 64, n: 64, packed: Right},
	{name: "tiny", m: 9, k: 32, n: 9, b: transposed, packed: neither},
}

// BenchmarkGemm reports the medians of GFLOP/s, of ns/op and of the share of
// the ceiling. One iteration is a pair: some products and as many operations of
// CeilingFMA right after, since the clock of the CPU and the load of the machine
// change. The best of each is no substitute: the time of a thread is sometimes
// counted short in a virtual machine, and more samples find a better best.
func BenchmarkGemm(b *testing.B) {
	for _, s := range shapes {
		for _, level := range Levels() {
			name := fmt.Sprintf("%s-%dx%dx%d/%v", s.name, s.m, s.k, s.n, level)
			kernels := level.kernels()
			if kernels.quads == nil { // the tile of float32 numbers is the same from here on
				b.Run(name+"/fp32", func(b *testing.B) {
					benchmarkShape[float32, float32](b, s, level, CeilingFMA, typed)
				})
			}
			if kernels.pairs != nil {
				b.Run(name+"/bf16", func(b *testing.B) {
					if s.accumulate {
						benchmarkShape[float32, BF16](b, s, level, CeilingBF16, typed)
					} else {
						benchmarkShape[BF16, BF16](b, s, level, CeilingBF16, typed)
					}
				})
			}
			if kernels.quads != nil && s.packed != neither {
				b.Run(name+"/int8", func(b *testing.B) {
					benchmarkShape[float32, float32](b, s, level, CeilingInt8, typedInt8)
				})
			}
		}
	}
}

func benchmarkShape[C, T Element](b *testing.B, s shape, level Level, ceiling func(Level, int) float64, operand func(Matrix[T], Side, bool) Operand[T]) {
	setLevel(b, level)
	r := newRand()
	x, y, c := matrixOf[T](s.m, s.k, s.a, r), matrixOf[T](s.k, s.n, s.b, r), matrixOf[C](s.m, s.n, plain, r)
	left, right := operand(x, Left, s.packed == Left), operand(y, Right, s.packed == Right)
	var scratch Scratch
	Gemm(&scratch, c, left, right, false)
	flops := 2 * float64(s.m) * float64(s.k) * float64(s.n)
	batch := max(1, int(2e7/flops))
	work := flops * float64(batch)
	iterations := int(work / ceiling(level, 1))
	var rates, shares []float64
	clock := newClock(b)
	for b.Loop() {
		start := clock()
		for range batch {
			Gemm(&scratch, c, left, right, s.accumulate)
		}
		middle := clock()
		top := ceiling(level, iterations) / (clock() - middle).Seconds()
		rate := work / (middle - start).Seconds()
		rates, shares = append(rates, rate), append(shares, rate/top)
	}
	rate := median(rates)
	b.ReportMetric(flops/rate*1e9, "ns/op")
	b.ReportMetric(rate/1e9, "GFLOP/s")
	b.ReportMetric(100*median(shares), "%ceiling")
}

// BenchmarkGemmSiLUMul pairs each product of gates and ups that are forgotten with
// one whose numbers go out to memory and come back, and reports the median of the
// ratios of their times as gain.
func BenchmarkGemmSiLUMul(b *testing.B) {
	for _, s := range [][3]int{{97, 512, 1536}, {776, 512, 1536}, {82, 128, 512}, {328, 128, 512}, {81, 64, 160}, {81, 96, 256}, {648, 64, 160}} {
		for _, level := range Levels() {
			name := fmt.Sprintf("%dx%dx%d/%v", s[0], s[1], s[2], level)
			kernels := level.kernels()
			if kernels.quads == nil {
				b.Run(name+"/fp32", func(b *testing.B) { benchmarkGated[float32](b, s, level, (*Packed).Pack) })
			}
			if kernels.pairs != nil {
				b.Run(name+"/bf16", func(b *testing.B) { benchmarkGated[BF16](b, s, level, (*Packed).PackBF16) })
			}
			if kernels.quads != nil {
				b.Run(name+"/int8", func(b *testing.B) { benchmarkGated[float32](b, s, level, (*Packed).PackInt8) })
			}
		}
	}
}

func benchmarkGated[T Element](b *testing.B, shape [3]int, level Level, pack func(*Packed, Side, Matrix[float32])) {
	setLevel(b, level)
	r := newRand()
	m, k, n := shape[0], shape[1], shape[2]
	w := newMatrix(k, 2*n, plain, r)
	var gate, up, both Packed
	pack(&gate, Right, w.sub(0, k, 0, n))
	pack(&up, Right, w.sub(0, k, n, n))
	pack(&both, Right, w)
	x, sums, dst := matrixOf[T](m, k, plain, r), matrixOf[T](m, 2*n, plain, r), matrixOf[T](m, n, plain, r)
	var s Scratch
	forgotten := func() { GemmSiLUMul(&s, dst, Matrix[T]{}, Matrix[T]{}, x, &gate, &up) }
	apart := func() {
		Gemm(&s, sums, Operand[T]{M: x}, Operand[T]{P: &both}, false)
		for i := range m {
			row := sums.Data[2*n*i:][:2*n]
			SiLUMul(dst.Data[i*n:][:n], row[:n], row[n:])
		}
	}
	forgotten()
	apart()
	batch := max(1, int(1e7/(4*float64(m)*float64(k)*float64(n))))
	var times, gains []float64
	clock := newClock(b)
	for b.Loop() {
		start := clock()
		for range batch {
			forgotten()
		}
		middle := clock()
		for range batch {
			apart()
		}
		end := clock()
		times, gains = append(times, (middle-start).Seconds()), append(gains, (end-middle).Seconds()/(middle-start).Seconds())
	}
	b.ReportMetric(median(times)/float64(batch)*1e9, "ns/op")
	b.ReportMetric(median(gains), "gain")
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
