package simd

import "runtime"

// ceilingChains is the number of independent sums in the loops of CeilingFMA:
// more than latency times units of any CPU we know, and few enough for
// registers.
const ceilingChains = 12

// CeilingFMA runs the level's multiply-add on registers only, iterations times
// in each of a fixed number of independent chains, and returns the number of
// floating-point operations done. Timed in the same run as a kernel it gives
// the speed that no kernel of the level can exceed.
func CeilingFMA(level Level, iterations int) (flops float64) {
	return level.kernels().tile.ceiling.times(iterations)
}

// CeilingBF16 is [CeilingFMA] for products of bfloat16 numbers: those of
// float32 where the level has no instruction for them.
func CeilingBF16(level Level, iterations int) (flops float64) {
	if pairs := level.kernels().pairs; pairs != nil {
		return pairs.ceiling.times(iterations)
	}
	return CeilingFMA(level, iterations)
}

// CeilingInt8 is [CeilingFMA] for products of 8-bit integers: those of float32
// where the level has no instruction for them.
func CeilingInt8(level Level, iterations int) (ops float64) {
	if quads := level.kernels().quads; quads != nil {
		return quads.ceiling.times(iterations)
	}
	return CeilingFMA(level, iterations)
}

func (c ceiling) times(iterations int) (ops float64) {
	if iterations <= 0 {
		return 0
	}
	c.run(iterations)
	return float64(c.ops) * float64(iterations)
}

// ceilingGeneric stores its sums so that the compiler keeps them.
func ceilingGeneric(n int) {
	var s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 float32
	x, y := float32(n&1), float32(n&2)
	for range n {
		s0 = s0*x + y
		s1 = s1*x + y
		s2 = s2*x + y
		s3 = s3*x + y
		s4 = s4*x + y
		s5 = s5*x + y
		s6 = s6*x + y
		s7 = s7*x + y
		s8 = s8*x + y
		s9 = s9*x + y
		s10 = s10*x + y
		s11 = s11*x + y
	}
	sums := [...]float32{s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11}
	runtime.KeepAlive(&sums)
}
