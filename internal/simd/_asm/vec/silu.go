package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// onePlusExpNeg returns what emits 1 + e^-x, not yet rounded.
func (k *kernel) onePlusExpNeg() func(x vec) vec {
	switch {
	case k.wideBF16():
		return k.shortExpo().onePlusExpNeg
	case k.bf16:
		return k.octaveExpo().onePlusExpNeg
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
// between 127 and 127.5. The fraction of t is cut into sixteenths with a
// parabola each, found by a search for those that satisfy every x.
type shortExpo struct {
	*kernel
	minusLog2e vec
	step       vec // a sum with it is a whole number of sixteenths
	c0, c1, c2 vec // coefficients, c0 and c1 by sixteenth
	half, one  vec
	carry      vec // half of the lowest bit that rounding leaves
	mask       vec // the bits that rounding leaves
}

func (k *kernel) shortExpo() shortExpo {
	return shortExpo{
		kernel:     k,
		minusLog2e: vec{k.constant("minusLog2e", F32(-1.44269504088896341))},
		step:       vec{k.constant("sixteenths", F32(3<<18))},
		c0: k.copyOfTable("twoExpC0",
			2.00018764, 2.08884048, 2.1812129, 2.27757859, 2.37812948, 2.48368669, 2.59344482, 2.70862269,
			2.82866287, 2.95382738, 3.08449817, 3.22094846, 3.3634553, 3.5121007, 3.66818094, 3.82990432),
		c1: k.copyOfTable("twoExpC1",
			1.37590718, 1.43234837, 1.50176978, 1.57647252, 1.65993881, 1.72079301, 1.80138731, 1.86953175,
			1.96003509, 2.04652953, 2.1548326, 2.24301505, 2.33980513, 2.45864177, 2.5488534, 2.68180752),
		c2:    vec{k.constant("twoExpC2", F32(0.6))},
		half:  vec{k.constant("half", F32(0.5))},
		one:   vec{k.constant("one", F32(1))},
		carry: vec{k.constant("carryBF16", U32(1<<15))},
		mask:  vec{k.constant("maskBF16", U32(0xffff0000))},
	}
}

// onePlusExpNeg returns 1 + e^-x, the exponential rounded: it is never half way
// between two bfloat16 numbers, so adding half a bit does. Infinities come out
// right because VSCALEFPS looks at t first.
func (e shortExpo) onePlusExpNeg(x vec) vec {
	t, n, f, p := e.new(), e.new(), e.new(), e.new()
	do(VMULPS, e.minusLog2e, x, t)
	do(VADDPS_RD_SAE, e.step, t, n) // its low bits are the sixteenth
	const sixteenths, down = 4 << 4, 1
	do(VREDUCEPS, vec{U8(sixteenths | down)}, t, f) // what is left of t
	do(VPERMPS, e.c1, n, p)
	do(VPERMPS, e.c0, n, n)
	do(VFMADD231PS, e.c2, f, p)
	do(VFMADD213PS, n, f, p)
	do(VSCALEFPS, t, p, p) // by 2 to the whole part of t
	do(VPADDD, e.carry, p, p)
	do(VPANDD, e.mask, p, p)
	do(VFMADD213PS, e.one, e.half, p)
	return p
}

// octaveExpo is a shortExpo without VSCALEFPS and tables of sixteen numbers: 2^t
// is a polynomial over an octave. It overflows where the exponential of the
// portable code does.
type octaveExpo struct {
	*kernel
	low, high  vec
	minusLog2e vec
	shift      vec // as in expo
	c          []vec
	one, carry vec
	mask       vec
}

func (k *kernel) octaveExpo() octaveExpo {
	e := octaveExpo{
		kernel:     k,
		low:        vec{k.resident("gateMin", F32(-88.5))},
		high:       vec{k.resident("gateMax", F32(88))},
		minusLog2e: vec{k.constant("minusLog2e", F32(-1.44269504088896341))},
		shift:      vec{k.constant("expShift", F32(3<<22+127))},
		one:        vec{k.constant("one", F32(1))},
		carry:      vec{k.constant("carryBF16", U32(1<<15))},
		mask:       vec{k.constant("maskBF16", U32(0xffff0000))},
	}
	for i, c := range []float32{0.009666368, 0.055921976, 0.2402235, 0.693121} { // highest power first
		e.c = append(e.c, vec{k.constant(fmt.Sprintf("octaveC%d", 4-i), F32(c))})
	}
	e.c = append(e.c, e.one)
	return e
}

// onePlusExpNeg returns 1 + e^-x, the exponential rounded as in shortExpo, and
// overwrites x. MAXPS and MINPS return their first operand where one is NaN.
func (e octaveExpo) onePlusExpNeg(x vec) vec {
	do(VMAXPS, x, e.low, x)
	do(VMINPS, x, e.high, x)
	t, n := e.copyOf(e.shift), e.new()
	do(VFMADD231PS, e.minusLog2e, x, t)
	do(VSUBPS, e.shift, t, n)
	do(VFMSUB132PS, e.minusLog2e, n, x) // the fraction
	p := e.copyOf(e.c[0])
	for _, c := range e.c[1:] {
		do(VFMADD213PS, c, x, p)
	}
	do(VPSLLD, vec{U8(23)}, t, t)
	do(VMULPS, t, p, p)
	do(VPADDD, e.carry, p, p)
	do(and, e.mask, p, p)
	do(VADDPS, e.one, p, p)
	return p
}

// siluMulPanel: dst[i] = gate[i] / (1 + exp(-gate[i])) * up[i]
//
// Gates and ups are rows of as many columns as two registers hold, one after another,
// as in a panel of sums. Those of dst begin stride numbers apart. The last row may be
// shorter.
func (s isa) siluMulPanel() {
	k := s.begin("siluMulPanel", "func(dst [], stride int, gate, up [])")
	p := k.pointers("dst", "gate", "up")
	k.setCols(length("gate"))
	gap := k.bytes(integer("stride")) // from the end of a row to the next
	SUBQ(U8(2*k.lanes*k.size()), gap)
	onePlusExpNeg := k.onePlusExpNeg()
	q := k.carry()
	vectors := 2 / k.registers() // in a row
	stages := pipeline{func(c cursor) {
		c.keep(onePlusExpNeg(c.load(p[1])), q)
	}, func(c cursor) {
		v := c.load(p[1])
		do(VDIVPS, c.kept(q), v, v)
		c.rounded(v)
		do(VMULPS, c.load(p[2]), v, v)
		c.store(v, p[0])
		if c.slot == vectors-1 {
			emit(func() { ADDQ(gap, p[0]) })
		}
	}}
	if k.bf16 {
		k.pipeline(stages...)
	} else {
		k.each(vectors, stages.run)
	}
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
	q, sigmoid, product := k.carry(), k.carry(), k.carry()
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
