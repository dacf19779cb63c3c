package simd

import (
	"fmt"
	"testing"
	"time"
)

// ceilingRate measures the level's FLOP/s on registers: the best of a few runs
// of about a millisecond.
func ceilingRate(level Level) float64 {
	n := 100_000
	var best float64
	for range 5 {
		start := time.Now()
		flops := CeilingFMA(level, n)
		best = max(best, flops/time.Since(start).Seconds())
	}
	return best
}

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
	{name: "tiny", m: 9, k: 32, n: 9, b: transposed, packed: neither},
}

// BenchmarkGemm reports GFLOP/s and the share of the ceiling, which it measures
// before and after. Both are those of the best batch of products, of about 0.1
// GFLOP, since other work on the machine only ever takes time away; ns/op is
// the mean.
func BenchmarkGemm(b *testing.B) {
	for _, s := range shapes {
		for _, level := range Levels() {
			if level == AVX512BF16 {
				continue // the same kernels as AVX512
			}
			b.Run(fmt.Sprintf("%s-%dx%dx%d/%v", s.name, s.m, s.k, s.n, level), func(b *testing.B) {
				setLevel(b, level)
				s.run(b, level)
			})
		}
	}
}

func (s shape) run(b *testing.B, level Level) {
	r := newRand()
	x, y, c := newMatrix(s.m, s.k, s.a, r), newMatrix(s.k, s.n, s.b, r), newMatrix(s.m, s.n, plain, r)
	left, right := operand(x, Left, s.packed == Left), operand(y, Right, s.packed == Right)
	var scratch Scratch
	scratch.Gemm(c, left, right, false)
	flops := 2 * float64(s.m) * float64(s.k) * float64(s.n)
	batch := max(1, int(1e8/flops))
	var best time.Duration
	top := ceilingRate(level)
	start, n := time.Now(), 0
	for b.Loop() {
		scratch.Gemm(c, left, right, s.accumulate)
		if n++; n%batch != 0 {
			continue
		}
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
		start = time.Now()
	}
	if best == 0 {
		return // too short a run to say anything
	}
	top = max(top, ceilingRate(level))
	rate := flops * float64(batch) / best.Seconds()
	b.ReportMetric(rate/1e9, "GFLOP/s")
	b.ReportMetric(100*rate/top, "%ceiling")
}
