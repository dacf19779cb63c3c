package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// siluMul: dst[i] = gate[i] / (1 + exp(-gate[i])) * up[i]
func (s isa) siluMul() {
	k := s.begin("siluMul", "func(dst, gate, up [])")
	p := k.pointers("dst", "gate", "up")
	k.setCols(length("dst"))
	e := k.expo()
	k.each(1, func(c cursor) {
		g := c.load(p[1])
		VDIVPS(e.onePlusExpNeg(g), g, g)
		c.rounded(g)
		VMULPS(c.load(p[2]), g, g)
		c.store(g, p[0])
	})
	k.end()
}

// siluMulBackward:
//
//	s = 1 / (1 + exp(-gate[i]))
//	d = dh[i] * up[i]
//	up[i] = dh[i] * (gate[i] * s)
//	gate[i] = d * s * (1 + gate[i]*(1-s))
//
// In bfloat16 every operation is rounded, and silu is the quotient that it is
// in the forward pass.
func (s isa) siluMulBackward() {
	k := s.begin("siluMulBackward", "func(gate, up, dh [])")
	p := k.pointers("gate", "up", "dh")
	k.setCols(length("gate"))
	e := k.expo()
	one := k.resident("one", F32(1))
	k.each(1, func(c cursor) {
		g := c.load(p[0])
		s, silu := k.vec(), k.vec()
		q := e.onePlusExpNeg(g)
		VDIVPS(q, one, s)
		c.rounded(s)
		if k.bf16 {
			VDIVPS(q, g, silu)
		} else {
			VMULPS(s, g, silu)
		}
		c.rounded(silu)
		dh := c.load(p[2])
		d := k.vec()
		VMULPS(c.load(p[1]), dh, d)
		c.rounded(d)
		VMULPS(silu, dh, dh)
		c.store(dh, p[1])

		slope := k.vec()
		VSUBPS(s, one, slope)
		c.rounded(slope)
		VMULPS(g, slope, slope)
		c.rounded(slope)
		VADDPS(one, slope, slope)
		c.rounded(slope)
		VMULPS(s, d, d)
		c.rounded(d)
		VMULPS(slope, d, d)
		c.store(d, p[0])
	})
	k.end()
}
