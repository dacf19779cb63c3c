package simd

// gemmBF16 multiplies bfloat16 operands, where there is no instruction for it
// by way of float32.
func (s *Scratch) gemmBF16(p plan, c any, a, b Operand[BF16]) {
	if p.kernels.pairs == nil {
		s.gemmWide(p, c, a, b)
		return
	}
	g := gemmPairs{plan: p, s: s, t: p.kernels.pairsFor(p.k)}
	g.c, _ = c.(Matrix[float32])
	g.rounded, _ = c.(Matrix[BF16])
	for i := range p.batch.n {
		g.a, g.b, g.start = a.from(i*p.batch.nextA), b.from(i*p.batch.nextB), i*p.batch.nextC
		g.columns(b.width(g.n))
	}
}

// pairsFor returns the tile for products of a depth. Nothing else decides, so
// that each number of a product is summed in the same way whatever its size.
func (k *kernels) pairsFor(depth int) *pairTile {
	if k.shallow != nil && depth < k.pairs.unit {
		return k.shallow
	}
	return k.pairs
}

// pad returns the depth at which operands of depth k are stored.
func (t *pairTile) pad(k int) int { return (k + t.unit - 1) / t.unit * t.unit }

// gemmPairs is one product of bfloat16 numbers under way, done in pairs: two
// adjacent numbers of a row of the left operand by two of a column of the
// right one. Where k is no multiple of the tile's unit, zeros follow.
type gemmPairs struct {
	plan
	s       *Scratch
	t       *pairTile
	c       Matrix[float32] // the destination
	rounded Matrix[BF16]    // or this one
	start   int             // of this product's numbers in the destination
	a, b    Operand[BF16]
}

// columns computes blocks of nc columns. A bfloat16 destination gets the whole
// sum at once, so that it is rounded once.
func (g *gemmPairs) columns(nc int) {
	kc := g.k
	if g.rounded.Data == nil {
		kc = g.t.pad(evenBlock(g.k, blockK))
	}
	mc := g.t.blockRows
	for j := 0; j < g.n; j += nc {
		jn := min(nc, g.n-j)
		for p := 0; p < g.k; p += kc {
			kn := min(kc, g.k-p)
			right := g.right(j, jn, p, kn)
			for i := 0; i < g.m; i += mc {
				in := min(mc, g.m-i)
				g.block(g.left(i, in, p, kn), right, i, in, j, jn, g.t.pad(kn)/2, p > 0 || g.accumulate)
			}
		}
	}
}

func even(n int) int { return (n + 1) &^ 1 }

// pairPanels are panels of bfloat16 numbers: see panels. step is the distance
// of one pair from the next.
type pairPanels struct {
	data               []BF16
	next, stride, step int
}

// right returns the panels of columns [j, j+jn), rows [p, p+kn).
func (g *gemmPairs) right(j, jn, p, kn int) pairPanels {
	w := g.t.nr
	if q := g.b.P; q != nil {
		return pairPanels{data: q.bf16Data[j*g.t.pad(q.k)+p*w:], next: w * g.t.pad(q.k), step: 2 * w}
	}
	size := w * g.t.pad(kn)
	g.s.rightBF16 = grow(g.s.rightBF16, (jn+w-1)/w*size)
	g.kernels.packPairs(g.t, g.s.rightBF16, g.b.M.sub(p, kn, j, jn))
	return pairPanels{data: g.s.rightBF16, next: size, step: 2 * w}
}

// left returns the panels of rows [i, i+in), columns [p, p+kn).
func (g *gemmPairs) left(i, in, p, kn int) pairPanels {
	if q := g.a.P; q != nil {
		return g.rows(q.bf16Data[i*g.t.pad(q.k)+p:], g.t.pad(q.k))
	}
	m := g.a.M.sub(i, in, p, kn)
	depth := g.t.pad(kn)
	if m.CS == 1 && (kn == depth || g.batch.padded && even(kn) == depth) {
		return g.rows(m.Data, m.RS)
	}
	if m.CS == 1 || g.t.wholeRows {
		g.s.leftBF16 = grow(g.s.leftBF16, in*depth)
		if m.CS == 1 {
			packRows(g.s.leftBF16, m, depth)
		} else {
			g.packColumns(m, depth)
		}
		return g.rows(g.s.leftBF16, depth)
	}
	width := 2 * in
	g.s.leftBF16 = grow(g.s.leftBF16, width*even(kn)/2)
	for c := 0; c < in; c += g.t.nr {
		n := min(g.t.nr, in-c)
		g.t.interleave(g.s.leftBF16[2*c:], width, Matrix[BF16]{Data: m.Data[c:], Rows: kn, Cols: n, RS: m.CS, CS: 1})
	}
	return pairPanels{data: g.s.leftBF16, next: 2 * g.t.mr, stride: 2, step: width}
}

// rows returns the panels of contiguous rows.
func (g *gemmPairs) rows(data []BF16, stride int) pairPanels {
	return pairPanels{data: data, next: g.t.mr * stride, stride: stride, step: 2}
}

// packColumns stores a left operand with contiguous columns as rows of a depth:
// some columns at a time become rows of pairs, and those are transposed.
func (g *gemmPairs) packColumns(m Matrix[BF16], depth int) {
	w := g.t.nr
	g.s.pairs = grow(g.s.pairs, w*depth)
	clear(g.s.pairs[w*even(m.Cols):])
	for i := 0; i < m.Rows; i += w {
		n := min(w, m.Rows-i)
		g.t.interleave(g.s.pairs, 2*w, Matrix[BF16]{Data: m.Data[i:], Rows: m.Cols, Cols: n, RS: m.CS, CS: 1})
		pairs := Matrix[float32]{Data: asPairs(g.s.pairs), Rows: n, Cols: depth / 2, RS: 1, CS: w}
		g.kernels.packing.transposed(asPairs(g.s.leftBF16[i*depth:]), pairs, depth/2)
	}
}

// block multiplies panels into the destination.
func (g *gemmPairs) block(a, b pairPanels, i, in, j, jn, pairs int, add bool) {
	mr, nr := g.t.mr, g.t.nr
	for jj, at := 0, 0; jj < jn; jj, at = jj+nr, at+b.next {
		right := b.data[at:]
		for ii, at := 0, 0; ii < in; ii, at = ii+mr, at+a.next {
			left := a.data[at:]
			rows, cols := min(mr, in-ii), min(nr, jn-jj)
			if g.rounded.Data != nil {
				c := g.rounded.Data[g.start+(i+ii)*g.rounded.RS+j+jj:]
				g.t.kernel(rows, cols, pairs, left, a.stride, a.step, right, b.step, nil, c, g.rounded.RS, add)
				continue
			}
			c := g.c.Data[g.start+(i+ii)*g.c.RS+j+jj:]
			g.t.kernel(rows, cols, pairs, left, a.stride, a.step, right, b.step, c, nil, g.c.RS, add)
		}
	}
}

// wideScratch holds bfloat16 operands and products as float32.
type wideScratch struct{ left, right, product []float32 }

// gemmWide computes the product of bfloat16 numbers in float32, in which the
// products of two of them are exact. With a right operand packed before, it takes
// a block of rows at a time, which stays near while it is widened, multiplied and
// rounded.
func (s *Scratch) gemmWide(p plan, c any, a, b Operand[BF16]) {
	all, m := p.batch, p.m
	p.batch = batch{n: 1}
	step := m
	if b.P != nil && a.P == nil {
		step = p.kernels.tile.blockRows()
	}
	for i := range all.n {
		left, right := a.from(i*all.nextA), widenOperand(&s.wide.right, b.from(i*all.nextB))
		for r := 0; r < m; r += step {
			p.m = min(step, m-r)
			part := widenOperand(&s.wide.left, left.rows(r, p.m))
			switch c := c.(type) {
			case Matrix[float32]:
				s.gemm(p, c.from(i*all.nextC+r*c.RS), part, right)
			case Matrix[BF16]:
				s.gemmRounded(p, c.from(i*all.nextC+r*c.RS), part, right)
			}
		}
	}
}

// rows returns the operand's rows [i, i+n), all of them if it is packed.
func (o Operand[T]) rows(i, n int) Operand[T] {
	if o.P == nil {
		o.M = o.M.sub(i, n, 0, o.M.Cols)
	}
	return o
}

// gemmRounded is gemm for a destination of bfloat16 numbers.
func (s *Scratch) gemmRounded(p plan, dst Matrix[BF16], left, right Operand[float32]) {
	add := p.accumulate
	s.wide.product = grow(s.wide.product, p.m*p.n)
	p.accumulate = false
	s.gemm(p, Dense(s.wide.product, p.m, p.n), left, right)
	for i := range p.m {
		sum, row := s.wide.product[i*p.n:(i+1)*p.n], dst.Data[i*dst.RS:][:p.n]
		if add {
			for j, v := range row {
				sum[j] += v.Float32()
			}
		}
		Convert(row, sum)
	}
}

func widenOperand(buf *[]float32, o Operand[BF16]) Operand[float32] {
	if o.P != nil {
		return Operand[float32]{P: o.P}
	}
	m := o.M
	if m.CS != 1 {
		m = m.T()
	}
	*buf = grow(*buf, m.Rows*m.Cols)
	for i := range m.Rows {
		Convert((*buf)[i*m.Cols:(i+1)*m.Cols], m.Data[i*m.RS:][:m.Cols])
	}
	wide := Dense(*buf, m.Rows, m.Cols)
	if o.M.CS != 1 {
		wide = wide.T()
	}
	return Operand[float32]{M: wide}
}
