package main

// softmaxRows, for each row:
//
//	top = max(x...)
//	x[i] = exp((x[i] - top) * scale)
//	x[i] *= 1 / sum(x...)
func (f file) softmaxRows() {
	k := f.begin("softmaxRows", "(x []float32, rows, cols, stride int, scale float32)")
	k.cols = k.integer("cols")
	x := k.numbers("x")
	scale := k.scalar("scale")
	e := k.expo()
	negInf := k.bits(0xff800000)
	k.rows(k.integer("rows"), k.bytes(k.integer("stride")), x, func() {
		top := k.vecs(unroll)
		k.do(mov, top, negInf)
		k.each(unroll, x, func(c cursor) { c.into(top, c.load(x[0]), fmax) })
		highest := k.reduce(top, fmax, fmaxp)

		sum := k.zeros(2)
		k.each(len(sum), x, func(c cursor) {
			v := c.load(x[0])
			k.do(fsub, v, v, highest)
			k.do(fmul, v, v, scale)
			e.exp(v)
			c.store(v, x[0])
			c.into(sum, v, fadd)
		})
		inverse := k.total(sum)
		k.do(fdiv, inverse, e.one, inverse)
		k.scaleRow(x, inverse)
	})
	k.end()
}

// softmaxBackwardRows, for each row:
//
//	dp[i] = (dp[i] - dot(dp, p)) * p[i] * scale
func (f file) softmaxBackwardRows() {
	k := f.begin("softmaxBackwardRows", "(dp, p []float32, rows, cols, stride int, scale float32)")
	k.cols = k.integer("cols")
	p := k.numbers("dp", "p")
	scale := k.scalar("scale")
	k.rows(k.integer("rows"), k.bytes(k.integer("stride")), p, func() {
		dot := k.dotOf(p)
		k.each(unroll, p, func(c cursor) {
			v := c.load(p[0])
			k.do(fsub, v, v, dot)
			k.do(fmul, v, v, c.load(p[1]))
			k.do(fmul, v, v, scale)
			c.store(v, p[0])
		})
	})
	k.end()
}
