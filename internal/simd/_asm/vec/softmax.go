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
//	p[i] = x[i] / sum(x...)
//
// A NaN need not reach top, but turns up again in the sum. A last, partial
// vector stays in a register: loads of what a masked store wrote wait for it.
func (s isa) softmaxRows() {
	k := s.begin("softmaxRows", "func(p [], x []float32, rows, cols, stride int, scale float32)")
	k.setCols(integer("cols"))
	p := k.pointers("p", "x")
	x := p[1]
	scale := vec{k.scalar("scale")}
	e := k.expo()
	one := k.resident("one", F32(1))
	stride := integer("stride")
	next := floatBytes(stride)
	last := k.new()
	load := func(c cursor) vec {
		if c.masked {
			return last
		}
		return c.loadFloats(x)
	}
	k.rows(integer("rows"), k.bytes(stride), p[:1], func() {
		top := make([]reg.VecVirtual, sums)
		for i := range top {
			top[i] = k.resident("negInf", U32(0xff800000))
		}
		k.each(sums/k.registers(), func(c cursor) {
			v := c.loadFloats(x)
			c.into(c.share(top), v, VMAXPS)
			if c.masked {
				do(VMOVAPS, v, last)
			}
		})
		highest := vec{k.reduce(fold(top, VMAXPS), VMAXPS)}

		sum := k.zeros(k.registers())
		k.each(1, func(c cursor) {
			v := load(c)
			do(VSUBPS, highest, v, v)
			do(VMULPS, scale, v, v)
			v = e.exp(v)
			c.into(c.share(sum), v, VADDPS)
			if c.masked {
				do(VMOVAPS, v, last)
			} else {
				c.storeFloats(v, x)
			}
		})
		total := k.total4(sum)
		VDIVPS(total, one.AsX(), total)
		inverse := k.broadcast(total)

		k.each(1, func(c cursor) {
			v := load(c)
			do(VMULPS, vec{inverse}, v, v)
			c.store(v, p[0])
		})
		ADDQ(next, x)
	})
	k.end()
}

// softmaxBackwardRows, for each row:
//
//	ds[i] = (dp[i] - dot(dp, p)) * p[i] * scale
func (s isa) softmaxBackwardRows() {
	k := s.begin("softmaxBackwardRows", "func(ds [], dp []float32, p [], rows, cols, stride int, scale float32)")
	k.setCols(integer("cols"))
	r := k.pointers("ds", "dp", "p")
	ds, dp, p := r[0], r[1], r[2]
	scale := vec{k.scalar("scale")}
	stride := integer("stride")
	next := floatBytes(stride)
	k.rows(integer("rows"), k.bytes(stride), []reg.GPVirtual{ds, p}, func() {
		sum := k.zeros(sums)
		k.each(sums/k.registers(), func(c cursor) {
			do(VFMADD231PS, c.loadFloats(dp), c.load(p), c.share(sum))
		})
		dot := vec{k.total(sum)}
		k.each(1, func(c cursor) {
			v := c.loadFloats(dp)
			do(VSUBPS, dot, v, v)
			do(VMULPS, c.load(p), v, v)
			do(VMULPS, scale, v, v)
			c.store(v, ds)
		})
		ADDQ(next, dp)
	})
	k.end()
}
