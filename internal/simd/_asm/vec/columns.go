package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A band is some adjacent rows of row-major matrices.
type band struct {
	cursor
	height          int
	stride, stride3 reg.Register // bytes from a row to the next and over three
}

// bandHeight is the number of rows that share a load and a store of what
// belongs to a column, such as its sum.
const bandHeight = 4

// bands emits a loop over bands of matrices of n rows, a register that it
// counts down, and in them over the columns.
func (k *kernel) bands(n reg.GPVirtual, p []reg.GPVirtual, body func(b band)) {
	stride, stride3 := k.bytes(k.cols), GP64()
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	for _, height := range []int{bandHeight, 1} {
		loop, done := k.label("band"), k.label("done")
		Label(loop)
		CMPQ(n, U8(height))
		JLT(LabelRef(done))
		k.each(1, func(c cursor) {
			body(band{cursor: c, height: height, stride: stride, stride3: stride3})
		})
		for _, r := range p {
			if height == 1 {
				ADDQ(stride, r)
			} else {
				LEAQ(Mem{Base: r, Index: stride, Scale: bandHeight}, r)
			}
		}
		SUBQ(U8(height), n)
		JMP(LabelRef(loop))
		Label(done)
	}
}

// column returns the addresses of the band's vectors in the matrix at p.
func (b band) column(p reg.Register) []Mem {
	if b.height == 1 {
		return []Mem{b.at(p)}
	}
	q := GP64()
	LEAQ(b.at(p), q)
	return []Mem{
		{Base: q},
		{Base: q, Index: b.stride, Scale: 1},
		{Base: q, Index: b.stride, Scale: 2},
		{Base: q, Index: b.stride3, Scale: 1},
	}
}

// addProduct adds v·w to the band's sum, which begins with its first row. The
// sum of a column then grows by whole bands and takes fewer roundings.
func (b band) addProduct(sum *vec, row int, v, w vec) {
	if row > 0 {
		do(VFMADD231PS, v, w, *sum)
		return
	}
	*sum = b.new()
	do(VMULPS, v, w, *sum)
}

// accumulate adds sum to the row of sums at p.
func (b band) accumulate(sum vec, p reg.Register) {
	do(VADDPS, b.loadFloats(p), sum, sum)
	b.storeFloats(sum, p)
}

// clear stores zeros in the row of sums at p.
func (k *kernel) clear(p reg.Register) {
	zero := k.zero()
	k.each(1, func(c cursor) {
		v := k.new()
		for i := range v {
			v[i] = zero
		}
		c.storeFloats(v, p)
	})
}

// addRMSNormCols, with s = x + res:
//
//	r[j] = 1 / sqrt(sum of s[i][j]²/rows + eps)
//	y[i][j] = s[i][j] * r[j]
func (s isa) addRMSNormCols() {
	k := s.begin("addRMSNormCols", "func(y, x, res [], r []float32, rows int, eps float32)")
	p := k.pointers("y", "x", "res")
	r := k.pointers("r")[0]
	k.setCols(length("r"))
	k.clear(r)
	k.bands(integer("rows"), p, func(b band) {
		y, x, res := b.column(p[0]), b.column(p[1]), b.column(p[2])
		var sum vec
		for i := range b.height {
			v := b.loadAt(x[i])
			do(VADDPS, b.loadAt(res[i]), v, v)
			b.rounded(v)
			b.addProduct(&sum, i, v, v)
			b.storeRoundedAt(v, y[i])
		}
		b.accumulate(sum, r)
	})
	rows := integer("rows")
	norm := k.normalizer(rows)
	k.each(1, func(c cursor) {
		v := c.loadFloats(r)
		norm.rsqrtMean(v)
		c.storeFloats(v, r)
	})
	again := k.pointers("y")
	k.bands(rows, again, func(b band) {
		f := b.loadFloats(r)
		for _, y := range b.column(again[0]) {
			v := b.loadAt(y)
			do(VMULPS, f, v, v)
			b.storeAt(v, y)
		}
	})
	k.end()
}

// rmsNormBackwardCols:
//
//	tmp[j] = sum of d[i][j]*y[i][j] / rows
//	d[i][j] = r[j] * (d[i][j] - y[i][j]*tmp[j])
func (s isa) rmsNormBackwardCols() {
	k := s.begin("rmsNormBackwardCols", "func(d, y [], r, tmp []float32, rows int)")
	p := k.pointers("d", "y")
	tmp := k.pointers("tmp")[0]
	k.setCols(length("r"))
	k.clear(tmp)
	k.bands(integer("rows"), p, func(b band) {
		d, y := b.column(p[0]), b.column(p[1])
		var sum vec
		for i := range b.height {
			b.addProduct(&sum, i, b.loadAt(d[i]), b.loadAt(y[i]))
		}
		b.accumulate(sum, tmp)
	})
	rows := integer("rows")
	n := vec{k.float(rows)}
	k.each(1, func(c cursor) {
		v := c.loadFloats(tmp)
		do(VDIVPS, n, v, v)
		c.storeFloats(v, tmp)
	})
	again := k.pointers("d", "y")
	r := k.pointers("r")[0]
	k.bands(rows, again, func(b band) {
		f, mean := b.loadFloats(r), b.loadFloats(tmp)
		d, y := b.column(again[0]), b.column(again[1])
		for i := range b.height {
			v := b.loadAt(d[i])
			do(VFNMADD231PS, b.loadAt(y[i]), mean, v)
			do(VMULPS, f, v, v)
			b.storeAt(v, d[i])
		}
	})
	k.end()
}
