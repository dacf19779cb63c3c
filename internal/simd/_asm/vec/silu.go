package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// onePlusExpNeg returns what emits 1 + e^-x, not yet rounded.
func (k *kernel) onePlusExpNeg() func(x vec) vec {
	if k.bf16 {
		return k.shortExpo().onePlusExpNeg
	}
	e, sign := k.expo(), vec{k.constant("signBit", U32(1<<31))}
	return func(x vec) vec {
		v := k.new()
		do(VXORPS, sign, x, v)
		v = e.exp(v)
		do(VADDPS, e.one, v, v)
		return v
	}
}

// shortExpo emits an exponential that is just exact enough: for every bfloat16
// number x, 1 + e^-x rounded after the exponential and after the addition is
// what the portable code computes.
//
// It is 2·2^t with t = -x·log₂e, twice what is wanted, because 2^t overflows
// at t = 128, the exponential of the portable code at 127.5, and no number lies
// between 127 and 127.5.
type shortExpo struct {
	*kernel
	minusLog2e vec
	c          []vec // lowest power first
	half, one  vec
	carry      vec // half of the lowest bit that rounding leaves
	mask       vec // the bits that rounding leaves
}

func (k *kernel) shortExpo() shortExpo {
	e := shortExpo{
		kernel:     k,
		minusLog2e: vec{k.constant("minusLog2e", F32(-1.44269504088896341))},
		half:       vec{k.constant("half", F32(0.5))},
		one:        vec{k.constant("one", F32(1))},
		carry:      vec{k.constant("carryBF16", U32(1<<15))},
		mask:       vec{k.constant("maskBF16", U32(0xffff0000))},
	}
	for _, c := range []struct {
		name  string
		value float32
	}{
		{"twoExpC0", 2.00000405},
		{"twoExpC1", 1.38594699},
		{"twoExpC2", 0.483206958},
		{"twoExpC3", 0.103490002},
		{"twoExpC4", 0.0273403246},
	} {
		e.c = append(e.c, vec{k.constant(c.name, F32(c.value))})
	}
	return e
}

// onePlusExpNeg returns 1 + e^-x, the exponential rounded: it is never half way
// between two bfloat16 numbers, so adding half a bit does.
func (e shortExpo) onePlusExpNeg(x vec) vec {
	t, f := e.new(), e.new()
	do(VMULPS, e.minusLog2e, x, t)
	const minusFloor = U8(1)
	do(VREDUCEPS, vec{minusFloor}, t, f)
	p := e.copyOf(e.c[4])
	for _, c := range []vec{e.c[3], e.c[2], e.c[1], e.c[0]} {
		do(VFMADD213PS, c, f, p)
	}
	do(VSCALEFPS, t, p, p) // p·2^floor(t)
	do(VPADDD, e.carry, p, p)
	do(VPANDD, e.mask, p, p)
	do(VFMADD213PS, e.one, e.half, p)
	return p
}

// siluMul: dst[i] = gate[i] / (1 + exp(-gate[i])) * up[i]
func (s isa) siluMul() {
	k := s.begin("siluMul", "func(dst, gate, up [])")
	p := k.pointers("dst", "gate", "up")
	k.setCols(length("dst"))
	onePlusExpNeg := k.onePlusExpNeg()
	q := k.vec()
	k.pipeline(func(c cursor) {
		c.keep(onePlusExpNeg(c.load(p[1])), q)
	}, func(c cursor) {
		v := c.load(p[1])
		do(VDIVPS, c.kept(q), v, v)
		c.rounded(v)
		do(VMULPS, c.load(p[2]), v, v)
		c.store(v, p[0])
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
	onePlusExpNeg := k.onePlusExpNeg()
	one := vec{k.resident("one", F32(1))}
	q, sigmoid, product := k.vec(), k.vec(), k.vec()
	k.pipeline(func(c cursor) {
		c.keep(onePlusExpNeg(c.load(p[0])), q)
	}, func(c cursor) {
		s, q := k.new(), c.kept(q)
		do(VDIVPS, q, one, s)
		g := c.load(p[0])
		if k.bf16 {
			do(VDIVPS, q, g, g)
		} else {
			do(VMULPS, s, g, g)
		}
		c.rounded(g)
		dh := c.load(p[2])
		d := k.new()
		do(VMULPS, c.load(p[1]), dh, d)
		do(VMULPS, g, dh, dh)
		c.store(dh, p[1])
		c.keep(s, sigmoid)
		c.keep(d, product)
	}, func(c cursor) {
		g, s, d := c.load(p[0]), c.kept(sigmoid), c.kept(product)
		slope := k.new()
		do(VSUBPS, s, one, slope)
		c.rounded(slope)
		do(VMULPS, g, slope, slope)
		c.rounded(slope)
		do(VADDPS, one, slope, slope)
		c.rounded(slope)
		do(VMULPS, s, d, d)
		c.rounded(d)
		do(VMULPS, slope, d, d)
		c.store(d, p[0])
	})
	k.end()
}
