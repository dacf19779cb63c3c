package main

// unroll is the number of vectors in a round of the cheapest loops, and of
// accumulators of a sum: enough to hide the latency of an addition, and they
// bound the rounding error.
const unroll = 4

// add: dst[i] = a[i] + b[i]
func (f file) add() {
	k := f.begin("add", "(dst, a, b [])")
	p := k.numbers("dst", "a", "b")
	k.cols = k.length("dst")
	k.each(unroll, p, func(c cursor) {
		v := c.load(p[1])
		k.do(fadd, v, v, c.load(p[2]))
		c.store(v, p[0])
	})
	k.end()
}

// scale: x[i] *= s
func (f file) scale() {
	k := f.begin("scale", "(x []float32, s float32)")
	x := k.numbers("x")
	s := k.scalar("s")
	k.cols = k.length("x")
	k.scaleRow(x, s)
	k.end()
}

// scaleRow multiplies the numbers of a row by s.
func (k *kernel) scaleRow(x []array, s vecs) {
	k.each(unroll, x, func(c cursor) {
		v := c.load(x[0])
		k.do(fmul, v, v, s)
		c.store(v, x[0])
	})
}

// lerp: dst[i] += w * (src[i] - dst[i])
func (f file) lerp() {
	k := f.begin("lerp", "(dst, src []float32, w float32)")
	p := k.numbers("dst", "src")
	w := k.scalar("w")
	k.cols = k.length("dst")
	k.each(unroll, p, func(c cursor) {
		d, v := c.load(p[0]), c.load(p[1])
		k.do(fsub, v, v, d)
		k.do(fmla, d, v, w)
		c.store(d, p[0])
	})
	k.end()
}

// dot: sum of a[i]*b[i]
func (f file) dot() {
	k := f.begin("dot", "(a, b []float32) float32")
	p := k.numbers("a", "b")
	k.cols = k.length("a")
	k.line("FMOVS F%d, %s", k.dotOf(p)[0], k.result())
	k.end()
}

// dotOf returns the sum of products of two rows in every lane.
func (k *kernel) dotOf(p []array) vecs {
	sum := k.zeros(unroll)
	k.each(unroll, p, func(c cursor) {
		k.do(fmla, c.of(sum), c.load(p[0]), c.load(p[1]))
	})
	return k.total(sum)
}

// sumSquares: sum of x[i]² in float64
func (f file) sumSquares() {
	k := f.begin("sumSquares", "(x []float32) float64")
	x := k.numbers("x")
	k.cols = k.length("x")
	const vectors = 2 // each gives two of float64
	lowSum, highSum := k.zeros(vectors), k.zeros(vectors)
	k.each(vectors, x, func(c cursor) {
		v := c.load(x[0])
		low, high := k.like(v), k.like(v)
		k.do(fcvtl, low, v)
		k.do(fcvtl2, high, v)
		k.do(fmlaDouble, c.of(lowSum), low, low)
		k.do(fmlaDouble, c.of(highSum), high, high)
	})
	sum := k.fold(append(lowSum, highSum...), faddDouble)
	k.do(faddpDouble, sum, sum)
	k.line("FMOVD F%d, %s", sum[0], k.result())
	k.end()
}

// widen: dst[i] = src[i]
func (f file) widen() {
	k := f.begin("widen", "(dst []float32, src [])")
	dst, src := k.floats("dst")[0], k.numbers("src")[0]
	k.cols = k.length("dst")
	k.each(unroll, []array{dst, src}, func(c cursor) { c.store(c.load(src), dst) })
	k.end()
}

// round: dst[i] = src[i]. A multiplication by one makes a signalling NaN quiet.
func (f file) round() {
	k := f.begin("round", "(dst [], src []float32)")
	dst, src := k.numbers("dst")[0], k.floats("src")[0]
	k.cols = k.length("dst")
	one := k.constant(1)
	k.each(unroll, []array{dst, src}, func(c cursor) {
		v := c.load(src)
		k.do(fmul, v, v, one)
		c.store(v, dst)
	})
	k.end()
}
