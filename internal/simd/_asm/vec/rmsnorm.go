package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dotOf returns the sum of products of two rows in every lane.
func (k *kernel) dotOf(a, b reg.Register) reg.VecVirtual {
	sum := k.zeros(sums)
	k.each(sums, func(c cursor) {
		VFMADD231PS(c.load(a), c.load(b), sum[c.slot])
	})
	return k.total(sum)
}

// float returns an integer as a float in every lane.
func (s isa) float(n reg.Register) reg.VecVirtual {
	x := XMM()
	VXORPS(x, x, x)
	VCVTSI2SSQ(n, x, x)
	return s.broadcast(x)
}

// rsqrtMean replaces sum by 1 / sqrt(sum/n + eps).
func (e normalizer) rsqrtMean(sum reg.VecVirtual) {
	VDIVPS(e.n, sum, sum)
	VADDPS(e.eps, sum, sum)
	VSQRTPS(sum, sum)
	VDIVPS(sum, e.one, sum)
}

type normalizer struct{ n, eps, one reg.VecVirtual }

func (s isa) normalizer(n reg.Register) normalizer {
	return normalizer{n: s.float(n), eps: s.scalar("eps"), one: s.resident("one", F32(1))}
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
		k.each(sums, func(c cursor) {
			v := c.load(p[1])
			VADDPS(c.load(p[2]), v, v)
			c.rounded(v)
			VFMADD231PS(v, v, sum[c.slot])
			c.store(v, p[0])
		})
		f := k.total(sum)
		norm.rsqrtMean(f)
		VMOVSS(f.AsX(), Mem{Base: r})
		ADDQ(U8(4), r)
		k.each(1, func(c cursor) {
			v := c.load(p[0])
			VMULPS(f, v, v)
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
		mean := k.dotOf(p[0], p[1])
		VDIVPS(n, mean, mean)
		f := k.broadcast(Mem{Base: r})
		ADDQ(U8(4), r)
		k.each(1, func(c cursor) {
			v := c.load(p[0])
			VFNMADD231PS(c.load(p[1]), mean, v)
			VMULPS(f, v, v)
			c.store(v, p[0])
		})
	})
	k.end()
}
