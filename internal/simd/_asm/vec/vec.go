package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// add: dst[i] = a[i] + b[i]
func (s isa) add() {
	k := s.begin("add", "func(dst, a, b [])")
	p := k.pointers("dst", "a", "b")
	k.setCols(length("dst"))
	k.each(1, func(c cursor) {
		v := c.load(p[1])
		do(VADDPS, c.load(p[2]), v, v)
		c.store(v, p[0])
	})
	k.end()
}

// scale: x[i] *= s
func (s isa) scale() {
	k := s.begin("scale", "func(x []float32, s float32)")
	p := k.pointers("x")
	f := k.scalar("s")
	k.setCols(length("x"))
	k.each(1, func(c cursor) {
		v := c.loadFloat(p[0])
		VMULPS(f, v, v)
		c.storeFloat(v, p[0])
	})
	k.end()
}

// lerp: dst[i] += w * (src[i] - dst[i])
func (s isa) lerp() {
	k := s.begin("lerp", "func(dst, src []float32, w float32)")
	p := k.pointers("dst", "src")
	w := k.scalar("w")
	k.setCols(length("dst"))
	k.each(1, func(c cursor) {
		d, v := c.loadFloat(p[0]), c.loadFloat(p[1])
		VSUBPS(d, v, v)
		VFMADD231PS(w, v, d)
		c.storeFloat(d, p[0])
	})
	k.end()
}

// sums is the number of accumulators of a sum: enough to hide the latency of
// an addition, and they bound the rounding error.
const sums = 4

// dot: sum of a[i]*b[i]
func (s isa) dot() {
	k := s.begin("dot", "func(a, b []float32) float32")
	p := k.pointers("a", "b")
	k.setCols(length("a"))
	sum := k.zeros(sums)
	k.each(sums, func(c cursor) {
		VFMADD231PS(c.loadFloat(p[0]), c.loadFloat(p[1]), sum[c.slot])
	})
	total := k.total(sum)
	VMOVSS(total.AsX(), address(ReturnIndex(0)))
	k.end()
}

// sumSquares: sum of x[i]² in float64
func (s isa) sumSquares() {
	k := s.begin("sumSquares", "func(x []float32) float64")
	p := k.pointers("x")
	k.setCols(length("x"))
	const vectors = sums / 2 // each gives two of float64
	sum := k.zeros(sums)
	k.each(vectors, func(c cursor) {
		v := c.loadFloat(p[0])
		low, high := c.vec(), c.vec()
		if c.wide() {
			half := YMM()
			VEXTRACTF64X4(U8(1), v, half)
			VCVTPS2PD(half, high)
			VCVTPS2PD(v.AsY(), low)
		} else {
			half := XMM()
			VEXTRACTF128(U8(1), v, half)
			VCVTPS2PD(half, high)
			VCVTPS2PD(v.AsX(), low)
		}
		VFMADD231PD(low, low, sum[2*c.slot])
		VFMADD231PD(high, high, sum[2*c.slot+1])
	})
	total := k.narrow(fold(sum, VADDPD), VADDPD, swapPairs)
	VMOVSD(total, address(ReturnIndex(0)))
	k.end()
}

// widen: dst[i] = src[i]
func (s isa) widen() {
	k := s.begin("widen", "func(dst []float32, src [])")
	p := k.pointers("dst", "src")
	k.setCols(length("dst"))
	k.each(1, func(c cursor) { c.storeFloats(c.load(p[1]), p[0]) })
	k.end()
}

// roundKernel: dst[i] = src[i]
func (s isa) roundKernel() {
	k := s.begin("round", "func(dst [], src []float32)")
	p := k.pointers("dst", "src")
	k.setCols(length("dst"))
	k.each(1, func(c cursor) {
		v := c.loadFloats(p[1])
		c.quiet(v)
		c.store(v, p[0])
	})
	k.end()
}
