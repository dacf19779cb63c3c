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
//	silu = gate[i] * s
//	gate[i] = dh[i] * up[i] * (s + silu*(1-s))
//	up[i] = dh[i] * silu
func (s isa) siluMulBackward() {
	k := s.begin("siluMulBackward", "func(gate, up, dh [])")
	p := k.pointers("gate", "up", "dh")
	k.setCols(length("gate"))
	e := k.expo()
	one := k.resident("one", F32(1))
	k.each(1, func(c cursor) {
		g := c.load(p[0])
		s := k.vec()
		VDIVPS(e.onePlusExpNeg(g), one, s)
		VMULPS(s, g, g) // silu
		slope := k.vec()
		VSUBPS(s, one, slope)
		VFMADD213PS(s, g, slope)
		d := c.load(p[2])
		c.rounded(g)
		VMULPS(d, g, g)
		VMULPS(c.load(p[1]), d, d)
		c.rounded(d)
		VMULPS(slope, d, d)
		c.store(d, p[0])
		c.store(g, p[1])
	})
	k.end()
}
