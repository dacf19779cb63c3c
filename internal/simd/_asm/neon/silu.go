package main

// siluMul: dst[i] = gate[i] / (1 + exp(-gate[i])) * up[i]
func (f file) siluMul() {
	k := f.begin("siluMul", "(dst, gate, up [])")
	p := k.numbers("dst", "gate", "up")
	k.cols = k.length("dst")
	e := k.expo()
	k.each(2, p, func(c cursor) {
		g := c.load(p[1])
		k.do(fdiv, g, g, e.onePlusExpNeg(g))
		k.rounded(g)
		k.do(fmul, g, g, c.load(p[2]))
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
func (f file) siluMulBackward() {
	k := f.begin("siluMulBackward", "(gate, up, dh [])")
	p := k.numbers("gate", "up", "dh")
	k.cols = k.length("gate")
	e := k.expo()
	k.each(2, p, func(c cursor) {
		g := c.load(p[0])
		q := e.onePlusExpNeg(g)
		s, silu := k.like(g), k.like(g)
		k.do(fdiv, s, e.one, q)
		k.rounded(s)
		if k.bf16 {
			k.do(fdiv, silu, g, q)
		} else {
			k.do(fmul, silu, g, s)
		}
		k.rounded(silu)
		dh, d := c.load(p[2]), c.load(p[1])
		k.do(fmul, d, dh, d)
		k.rounded(d)
		k.do(fmul, dh, dh, silu)
		c.store(dh, p[1])

		slope := q
		k.do(fsub, slope, e.one, s)
		k.rounded(slope)
		k.do(fmul, slope, slope, g)
		k.rounded(slope)
		k.do(fadd, slope, slope, e.one)
		k.rounded(slope)
		k.do(fmul, d, d, s)
		k.rounded(d)
		k.do(fmul, d, d, slope)
		c.store(d, p[0])
	})
	k.end()
}
