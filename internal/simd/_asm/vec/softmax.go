package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// softmaxRows, for each row:
//
//	top = max(x...)
//	x[i] = exp((x[i] - top) * scale)
//	x[i] *= 1 / sum(x...)
//
// A NaN need not reach top, but turns up again in the sum.
func (s isa) softmaxRows() {
	k := s.begin("softmaxRows", "func(x []float32, rows, cols, stride int, scale float32)")
	k.setCols(integer("cols"))
	p := k.pointers("x")
	x := p[0]
	scale := k.scalar("scale")
	e := k.expo()
	k.rows(integer("rows"), k.bytes(integer("stride")), p, func() {
		top := make([]reg.VecVirtual, sums)
		for i := range top {
			top[i] = k.resident("negInf", U32(0xff800000))
		}
		k.each(sums, func(c cursor) { c.into(top[c.slot], c.loadFloat(x), VMAXPS) })
		highest := k.reduce(fold(top, VMAXPS), VMAXPS)

		sum := k.zero()
		k.each(1, func(c cursor) {
			v := c.loadFloat(x)
			VSUBPS(highest, v, v)
			VMULPS(scale, v, v)
			v = e.exp(vec{v})[0].(reg.VecVirtual)
			c.storeFloat(v, x)
			c.into(sum, v, VADDPS)
		})
		total := k.reduce(sum, VADDPS)
		inverse := k.copyOf(e.one)
		do(VDIVPS, vec{total}, inverse, inverse)

		k.each(1, func(c cursor) {
			v := c.loadFloat(x)
			VMULPS(inverse[0], v, v)
			c.storeFloat(v, x)
		})
	})
	k.end()
}

// softmaxBackwardRows, for each row:
//
//	dp[i] = (dp[i] - dot(dp, p)) * p[i] * scale
func (s isa) softmaxBackwardRows() {
	k := s.begin("softmaxBackwardRows", "func(dp, p []float32, rows, cols, stride int, scale float32)")
	k.setCols(integer("cols"))
	p := k.pointers("dp", "p")
	scale := k.scalar("scale")
	k.rows(integer("rows"), k.bytes(integer("stride")), p, func() {
		dot := k.dotOf(p[0], p[1])
		k.each(1, func(c cursor) {
			v := c.loadFloat(p[0])
			VSUBPS(dot, v, v)
			VMULPS(c.loadFloat(p[1]), v, v)
			VMULPS(scale, v, v)
			c.storeFloat(v, p[0])
		})
	})
	k.end()
}
