package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dotOf returns the sum of products of two rows in the lanes of an XMM register.
func (k *kernel) dotOf(a, b reg.Register) reg.VecVirtual {
	sum := k.zeros(sums)
	k.each(sums/k.registers(), func(c cursor) {
		do(VFMADD231PS, c.load(a), c.load(b), c.share(sum))
	})
	return k.total4(sum)
}

// share returns the accumulators of a sum that the vector adds to.
func (c cursor) share(sum []reg.VecVirtual) vec {
	v := make(vec, c.registers())
	for i := range v {
		v[i] = sum[c.slot*len(v)+i]
	}
	return v
}

// float returns an integer as a float in every lane.
func (s isa) float(n reg.Register) reg.VecVirtual {
	x := XMM()
	VXORPS(x, x, x)
	VCVTSI2SSQ(n, x, x)
	return s.broadcast(x)
}

// rsqrtMean replaces sum by 1 / sqrt(sum/n + eps).
func (e normalizer) rsqrtMean(sum vec) {
	do(VDIVPS, e.n, sum, sum)
	do(VADDPS, e.eps, sum, sum)
	do(VSQRTPS, sum, sum)
	do(VDIVPS, sum, e.one, sum)
}

type normalizer struct{ n, eps, one vec }

// narrow returns the normalizer for XMM registers.
func (e normalizer) narrow() normalizer {
	x := func(v vec) vec { return vec{v[0].(reg.VecVirtual).AsX()} }
	return normalizer{x(e.n), x(e.eps), x(e.one)}
}

func (s isa) normalizer(n reg.Register) normalizer {
	return normalizer{n: vec{s.float(n)}, eps: vec{s.scalar("eps")}, one: vec{s.resident("one", F32(1))}}
}

// addRMSNormRows, for each row, with s = x + res:
//
//	r = 1 / sqrt(dot(s, s)/cols + eps)
//	y[i] = s[i] * r
func (s isa) addRMSNormRows() {
	k := s.begin("addRMSNormRows", "func(y, x, res [], r []float32, cols int, eps float32)")
	p := k.pointers("y", "x", "res")
	r := k.pointers("r")[0]
	k.setCols(integer("cols"))
	norm := k.normalizer(k.cols)
	k.rows(length("r"), k.bytes(k.cols), p, func() {
		sum := k.zeros(sums)
		k.each(sums/k.registers(), func(c cursor) {
			v := c.load(p[1])
			do(VADDPS, c.load(p[2]), v, v)
			c.rounded(v)
			do(VFMADD231PS, v, v, c.share(sum))
			c.storeRoundedAt(v, c.at(p[0]))
		})
		factor := k.total4(sum)
		norm.narrow().rsqrtMean(vec{factor})
		VMOVSS(factor, Mem{Base: r})
		f := k.broadcast(factor)
		ADDQ(U8(4), r)
		k.each(1, func(c cursor) {
			v := c.load(p[0])
			do(VMULPS, vec{f}, v, v)
			c.store(v, p[0])
		})
	})
	k.end()
}

// rmsNormBackwardRows, for each row:
//
//	d[i] = r * (d[i] - y[i]*dot(d, y)/cols)
func (s isa) rmsNormBackwardRows() {
	k := s.begin("rmsNormBackwardRows", "func(d, y [], r []float32, cols int)")
	p := k.pointers("d", "y")
	r := k.pointers("r")[0]
	k.setCols(integer("cols"))
	n := k.float(k.cols)
	k.rows(length("r"), k.bytes(k.cols), p, func() {
		dot := k.dotOf(p[0], p[1])
		VDIVPS(n.AsX(), dot, dot)
		mean := k.broadcast(dot)
		f := k.broadcast(Mem{Base: r})
		ADDQ(U8(4), r)
		k.each(1, func(c cursor) {
			v := c.load(p[0])
			do(VFNMADD231PS, c.load(p[1]), vec{mean}, v)
			do(VMULPS, vec{f}, v, v)
			c.store(v, p[0])
		})
	})
	k.end()
}
