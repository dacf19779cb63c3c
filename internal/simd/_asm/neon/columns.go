package main

import "slices"

// bandHeight is the number of adjacent rows that share a load and a store of
// what belongs to a column, such as its sum.
const bandHeight = 4

// bands emits a loop over bands of matrices of n rows, a register that it
// counts down, and in them over the columns, which columnwise arrays have too.
func (k *kernel) bands(n general, matrices, columnwise []array, body func(b cursor)) {
	defer k.scope()()
	stride := k.bytes(k.cols)
	below := []general{stride}
	for i := 1; i < bandHeight; i++ { // the last is the distance of bands
		r := k.general()
		k.line("ADD %v, %v, %v", stride, below[i-1], r)
		below = append(below, r)
	}
	for _, height := range []int{bandHeight, 1} {
		loop, done := k.label("band"), k.label("done")
		k.mark(loop)
		k.line("CMP $%d, %v", height, n)
		k.line("BLT %s", done)
		k.sweep(1, below[:height-1], slices.Concat(columnwise, matrices), body)
		for _, a := range matrices {
			k.line("ADD %v, %v", below[height-1], a)
		}
		k.line("SUB $%d, %v", height, n)
		k.line("JMP %s", loop)
		k.mark(done)
	}
}

// sumOfProducts returns the sum of v·w over the band's rows. The sum of a column
// then grows by whole bands and takes fewer roundings.
func (c cursor) sumOfProducts(v, w vecs) vecs {
	sum := c.vecs(1)
	c.do(fmul, sum, v, w)
	for i := range v[1:] {
		c.do(fmla, sum, v[i+1:], w[i+1:])
	}
	return sum
}

// accumulate adds sum to the row of sums at p.
func (c cursor) accumulate(sum vecs, p array) {
	one := c.one()
	c.do(fadd, sum, sum, one.load(p))
	one.store(sum, p)
}

// clear stores zeros in the row of sums at p.
func (k *kernel) clear(p []array) {
	defer k.scope()()
	zero := k.zeros(1)
	k.each(1, p, func(c cursor) { c.store(zero, p[0]) })
}

// addRMSNormCols, with s = x + res:
//
//	r[j] = 1 / sqrt(sum of s[i][j]²/rows + eps)
//	y[i][j] = s[i][j] * r[j]
func (f file) addRMSNormCols() {
	k := f.begin("addRMSNormCols", "(y, x, res [], r []float32, rows int, eps float32)")
	p := k.numbers("y", "x", "res")
	r := k.floats("r")
	k.cols = k.length("r")
	k.clear(r)
	k.bands(k.integer("rows"), p, r, func(b cursor) {
		v := b.load(p[1])
		k.do(fadd, v, v, b.load(p[2]))
		k.rounded(v)
		b.accumulate(b.sumOfProducts(v, v), r[0])
		b.store(v, p[0])
	})
	rows := k.integer("rows")
	norm := k.normalizer(rows)
	k.each(1, r, func(c cursor) {
		v := c.load(r[0])
		norm.rsqrtMean(v)
		c.store(v, r[0])
	})
	y := k.numbers("y")
	k.bands(rows, y, r, func(b cursor) {
		v := b.load(y[0])
		k.do(fmul, v, v, b.one().load(r[0]))
		b.store(v, y[0])
	})
	k.end()
}

// rmsNormBackwardCols:
//
//	tmp[j] = sum of d[i][j]*y[i][j] / rows
//	d[i][j] = r[j] * (d[i][j] - y[i][j]*tmp[j])
func (f file) rmsNormBackwardCols() {
	k := f.begin("rmsNormBackwardCols", "(d, y [], r, tmp []float32, rows int)")
	p := k.numbers("d", "y")
	tmp := k.floats("tmp")
	k.cols = k.length("r")
	k.clear(tmp)
	k.bands(k.integer("rows"), p, tmp, func(b cursor) {
		b.accumulate(b.sumOfProducts(b.load(p[0]), b.load(p[1])), tmp[0])
	})
	rows := k.integer("rows")
	n := k.float(rows)
	k.each(1, tmp, func(c cursor) {
		v := c.load(tmp[0])
		k.do(fdiv, v, v, n)
		c.store(v, tmp[0])
	})
	again := k.numbers("d", "y")
	r := k.floats("r")[0]
	k.bands(rows, again, []array{r, tmp[0]}, func(b cursor) {
		f, mean := b.one().load(r), b.one().load(tmp[0])
		v := b.load(again[0])
		k.do(fmls, v, b.load(again[1]), mean)
		k.do(fmul, v, v, f)
		b.store(v, again[0])
	})
	k.end()
}
