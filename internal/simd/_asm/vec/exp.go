package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// expo emits the exponential described in exp.go of package simd.
type expo struct {
	isa
	low, high, log2e    reg.VecVirtual
	shift, ln2Hi, ln2Lo Op
	c2, c3, c4, c5, c6  Op
	one, sign           Op
}

func (s isa) expo() expo {
	return expo{
		isa:   s,
		low:   s.resident("expMin", F32(-88)),
		high:  s.resident("expMax", F32(88.5)),
		log2e: s.resident("expLog2e", F32(1.44269504088896341)),
		shift: s.constant("expShift", F32(3<<22+127)),
		ln2Hi: s.constant("expLn2Hi", F32(0.693359375)),
		ln2Lo: s.constant("expLn2Lo", F32(-2.12194440e-4)),
		c2:    s.constant("expC2", F32(0.49999994)),
		c3:    s.constant("expC3", F32(0.16666521)),
		c4:    s.constant("expC4", F32(0.04166839)),
		c5:    s.constant("expC5", F32(0.008368719)),
		c6:    s.constant("expC6", F32(0.0013814586)),
		one:   s.constant("one", F32(1)),
		sign:  s.constant("signBit", U32(1<<31)),
	}
}

// exp returns e^x and overwrites x. MAXPS and MINPS return their first operand
// where one is NaN: it has to be x.
func (e expo) exp(x reg.VecVirtual) reg.VecVirtual {
	VMAXPS(x, e.low, x)
	VMINPS(x, e.high, x)
	t := e.copyOf(x)
	VFMADD213PS(e.shift, e.log2e, t) // x·log2e + shift
	n := e.vec()
	VSUBPS(e.shift, t, n)
	VFNMADD231PS(e.ln2Hi, n, x) // r = x - n·ln 2
	VFNMADD231PS(e.ln2Lo, n, x)
	p := e.copyOf(e.c6)
	for _, c := range []Op{e.c5, e.c4, e.c3, e.c2} {
		VFMADD213PS(c, x, p)
	}
	r2 := e.vec()
	VMULPS(x, x, r2)
	VFMADD213PS(x, r2, p)
	VADDPS(e.one, p, p)
	VPSLLD(U8(23), t, t) // 2^n
	VMULPS(t, p, p)
	return p
}

// onePlusExpNeg returns 1 + e^-x, each step rounded to the precision of numbers
// in rows.
func (e expo) onePlusExpNeg(x reg.VecVirtual) reg.VecVirtual {
	v := e.vec()
	VXORPS(e.sign, x, v)
	v = e.exp(v)
	e.rounded(v)
	VADDPS(e.one, v, v)
	e.rounded(v)
	return v
}
