package main

// softmaxRows, for each row:
//
//	top = max(x...)
//	x[i] = exp((x[i] - top) * scale)
//	p[i] = x[i] / sum(x...)
func (f file) softmaxRows() {
	k := f.begin("softmaxRows", "(p [], x []float32, rows, cols, stride int, scale float32)")
	k.cols = k.integer("cols")
	p, x := k.numbers("p")[0], k.floats("x")[0]
	scale := k.scalar("scale")
	e := k.expo()
	negInf := k.bits(0xff800000)
	stride := k.integer("stride")
	next := k.floatBytes(stride)
	k.rows(k.integer("rows"), k.bytes(stride), []array{p}, func() {
		top := k.vecs(unroll)
		k.do(mov, top, negInf)
		k.each(unroll, []array{x}, func(c cursor) { c.into(top, c.load(x), fmax) })
		highest := k.reduce(top, fmax, fmaxp)

		sum := k.zeros(2)
		k.each(len(sum), []array{x}, func(c cursor) {
			v := c.load(x)
			k.do(fsub, v, v, highest)
			k.do(fmul, v, v, scale)
			e.exp(v)
			c.store(v, x)
			c.into(sum, v, fadd)
		})
		inverse := k.total(sum)
		k.do(fdiv, inverse, e.one, inverse)
		k.each(2, []array{x, p}, func(c cursor) {
			v := c.load(x)
			k.do(fmul, v, v, inverse)
			c.store(v, p)
		})
		k.line("ADD %v, %v", next, x)
	})
	k.end()
}

// softmaxBackwardRows, for each row:
//
//	ds[i] = (dp[i] - dot(dp, p)) * p[i] * scale
func (f file) softmaxBackwardRows() {
	k := f.begin("softmaxBackwardRows", "(ds [], dp []float32, p [], rows, cols, stride int, scale float32)")
	k.cols = k.integer("cols")
	ds, dp, p := k.numbers("ds")[0], k.floats("dp")[0], k.numbers("p")[0]
	scale := k.scalar("scale")
	stride := k.integer("stride")
	next := k.floatBytes(stride)
	k.rows(k.integer("rows"), k.bytes(stride), []array{ds, p}, func() {
		dot := k.dotOf([]array{dp, p})
		k.each(unroll, []array{ds, dp, p}, func(c cursor) {
			v := c.load(dp)
			k.do(fsub, v, v, dot)
			k.do(fmul, v, v, c.load(p))
			k.do(fmul, v, v, scale)
			c.store(v, ds)
		})
		k.line("ADD %v, %v", next, dp)
	})
	k.end()
}
