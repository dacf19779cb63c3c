package main

type normalizer struct {
	*kernel
	n, eps, one vecs
}

func (k *kernel) normalizer(n general) normalizer {
	return normalizer{kernel: k, n: k.float(n), eps: k.scalar("eps"), one: k.constant(1)}
}

// rsqrtMean replaces sum by 1 / sqrt(sum/n + eps).
func (e normalizer) rsqrtMean(sum vecs) {
	e.do(fdiv, sum, sum, e.n)
	e.do(fadd, sum, sum, e.eps)
	e.do(fsqrt, sum, sum)
	e.do(fdiv, sum, e.one, sum)
}

// addRMSNormRows, for each row, with s = x + res:
//
//	r = 1 / sqrt(dot(s, s)/cols + eps)
//	y[i] = s[i] * r
func (f file) addRMSNormRows() {
	k := f.begin("addRMSNormRows", "(y, x, res [], r []float32, cols int, eps float32)")
	p := k.numbers("y", "x", "res")
	r := k.floats("r")[0]
	k.cols = k.integer("cols")
	norm := k.normalizer(k.cols)
	k.rows(k.length("r"), k.bytes(k.cols), p, func() {
		sum := k.zeros(unroll)
		k.each(unroll, p, func(c cursor) {
			v := c.load(p[1])
			k.do(fadd, v, v, c.load(p[2]))
			k.rounded(v)
			k.do(fmla, c.of(sum), v, v)
			c.store(v, p[0])
		})
		factor := k.total(sum)
		norm.rsqrtMean(factor)
		k.line("FMOVS.P F%d, %d(%v)", factor[0], r.size, r)
		k.scaleRow(p[:1], factor)
	})
	k.end()
}

// rmsNormBackwardRows, for each row:
//
//	d[i] = r * (d[i] - y[i]*dot(d, y)/cols)
func (f file) rmsNormBackwardRows() {
	k := f.begin("rmsNormBackwardRows", "(d, y [], r []float32, cols int)")
	p := k.numbers("d", "y")
	r := k.floats("r")[0]
	k.cols = k.integer("cols")
	n := k.float(k.cols)
	k.rows(k.length("r"), k.bytes(k.cols), p, func() {
		mean := k.dotOf(p)
		k.do(fdiv, mean, mean, n)
		factor := k.vecs(1)
		k.line("FMOVS.P %d(%v), F%d", r.size, r, factor[0])
		k.do(dup, factor, factor)
		k.each(unroll, p, func(c cursor) {
			v := c.load(p[0])
			k.do(fmls, v, c.load(p[1]), mean)
			k.do(fmul, v, v, factor)
			c.store(v, p[0])
		})
	})
	k.end()
}
