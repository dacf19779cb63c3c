package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// expo emits the exponential described in exp.go of package simd.
type expo struct {
	isa
	low, high, log2e    vec
	shift, ln2Hi, ln2Lo vec
	c2, c3, c4, c5, c6  vec
	one                 vec
}

func (s isa) expo() expo {
	return expo{
		isa:   s,
		low:   vec{s.resident("expMin", F32(-88))},
		high:  vec{s.resident("expMax", F32(88.5))},
		log2e: vec{s.resident("expLog2e", F32(1.44269504088896341))},
		shift: vec{s.constant("expShift", F32(3<<22+127))},
		ln2Hi: vec{s.constant("expLn2Hi", F32(0.693359375))},
		ln2Lo: vec{s.constant("expLn2Lo", F32(-2.12194440e-4))},
		c2:    vec{s.constant("expC2", F32(0.49999994))},
		c3:    vec{s.constant("expC3", F32(0.16666521))},
		c4:    vec{s.constant("expC4", F32(0.04166839))},
		c5:    vec{s.constant("expC5", F32(0.008368719))},
		c6:    vec{s.constant("expC6", F32(0.0013814586))},
		one:   vec{s.constant("one", F32(1))},
	}
}

// exp returns e^x and overwrites x. MAXPS and MINPS return their first operand
// where one is NaN: it has to be x.
func (e expo) exp(x vec) vec {
	do(VMAXPS, x, e.low, x)
	do(VMINPS, x, e.high, x)
	t := e.copyOf(x)
	do(VFMADD213PS, e.shift, e.log2e, t) // x·log2e + shift
	n := e.new()
	do(VSUBPS, e.shift, t, n)
	do(VFNMADD231PS, e.ln2Hi, n, x) // r = x - n·ln 2
	do(VFNMADD231PS, e.ln2Lo, n, x)
	p := e.copyOf(e.c6)
	for _, c := range []vec{e.c5, e.c4, e.c3, e.c2} {
		do(VFMADD213PS, c, x, p)
	}
	r2 := e.new()
	do(VMULPS, x, x, r2)
	do(VFMADD213PS, x, r2, p)
	do(VADDPS, e.one, p, p)
	do(VPSLLD, vec{U8(23)}, t, t) // 2^n
	do(VMULPS, t, p, p)
	return p
}
