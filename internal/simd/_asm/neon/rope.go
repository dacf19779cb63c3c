package main

// rope, for each head x of two halves:
//
//	x1[i], x2[i] = x1[i]*cos[i] - x2[i]*sin[i], x2[i]*cos[i] + x1[i]*sin[i]
func (f file) rope() {
	k := f.begin("rope", "(x [], cos, sin []float32)")
	x1, p := k.numbers("x")[0], k.floats("cos", "sin")
	x2 := array{k.general(), x1.size}
	k.cols = k.length("cos")
	half := k.bytes(k.cols)
	k.line("ADD %v, %v, %v", half, x1, x2)
	heads, head := k.length("x"), k.general()
	k.line("LSL $1, %v, %v", k.cols, head)
	k.line("UDIV %v, %v", head, heads)
	k.line("LSL $1, %v, %v", half, head)
	k.rows(heads, head, []array{x1, x2}, func() {
		k.each(2, []array{x1, x2, p[0], p[1]}, func(c cursor) {
			cos, sin := c.load(p[0]), c.load(p[1])
			a, b := c.load(x1), c.load(x2)
			u, v := k.like(a), k.like(a)
			k.do(fmul, u, a, cos)
			k.do(fmls, u, b, sin)
			k.do(fmul, v, a, sin)
			k.do(fmla, v, b, cos)
			c.store(u, x1)
			c.store(v, x2)
		})
	})
	k.end()
}
