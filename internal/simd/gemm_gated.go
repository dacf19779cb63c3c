package simd

// GemmSiLUMul stores silu(G)·U in dst, with G and U the products of x with two
// packed weights of one shape: x times each of them where they were packed for the
// right side, each of them times x where for the left one. The results have the bits
// of [Gemm] followed by [SiLUMul]. gates and ups, of the shape of dst, keep G and U;
// where they are empty G and U are forgotten, most often while they are still in the
// first-level cache. dst, gates and ups must not overlap x.
func GemmSiLUMul[T Element](s *Scratch, dst, gates, ups, x Matrix[T], gate, up *Packed) {
	if gate.kernels != up.kernels || gate.side != up.side || gate.kind != up.kind {
		panic("simd: gates and ups packed for different products")
	}
	shared := Operand[T]{M: x}
	a, b := [2]Operand[T]{shared, shared}, [2]Operand[T]{{P: gate}, {P: up}}
	if gate.side == Left {
		a, b = b, a
	}
	p := plan{kernels: gate.kernels, batch: batch{n: 1}}
	setShape(&p, dst, a[1], b[1])
	setShape(&p, dst, a[0], b[0])
	if p.m*p.n == 0 {
		return
	}
	keep, fused := gates.Data != nil, p.fuses(gate.kind)
	switch {
	case keep:
		setShape(&p, gates, a[0], b[0])
		setShape(&p, ups, a[1], b[1])
	case !fused:
		sums := sumsOf[T](s, p.m*p.n)
		gates, ups = Dense(sums[0], p.m, p.n), Dense(sums[1], p.m, p.n)
	}
	if fused {
		gemmGated(s, p, dst, [2]Matrix[T]{gates, ups}, a, b)
	} else {
		Gemm(s, gates, a[0], b[0], false)
		Gemm(s, ups, a[1], b[1], false)
	}
	if keep || !fused {
		for i := range p.m {
			SiLUMul(dst.Data[i*dst.RS:][:p.n], gates.Data[i*gates.RS:][:p.n], ups.Data[i*ups.RS:][:p.n])
		}
	}
}

// sumsOf returns memory for n numbers of gates and as many of ups.
func sumsOf[T Element](s *Scratch, n int) [2][]T {
	var sums []T
	if isBF16[T]() {
		s.sumsBF16 = grow(s.sumsBF16, 2*n)
		sums = any(s.sumsBF16).([]T)
	} else {
		s.sums = grow(s.sums, 2*n)
		sums = any(s.sums).([]T)
	}
	return [2][]T{sums[:n:n], sums[n:]}
}

// fuses reports whether products end in a block that is finished while it is near:
// not where they are emulated, nor where k is cut, so that sums would have to wait.
func (p plan) fuses(kind operandKind) bool {
	switch {
	case p.k == 0:
		return false
	case kind == bf16Operand:
		return p.kernels.pairs != nil
	case kind == int8Operand:
		return p.kernels.quads != nil
	}
	return p.k <= blockK
}

// gemmGated does a panel of gates, the same panel of ups, and what becomes of them,
// unless there are matrices to keep them in. What they share is packed once.
func gemmGated[T Element](s *Scratch, p plan, dst Matrix[T], kept [2]Matrix[T], a, b [2]Operand[T]) {
	switch dst := any(dst).(type) {
	case Matrix[float32]:
		kept, a, b := any(kept).([2]Matrix[float32]), any(a).([2]Operand[float32]), any(b).([2]Operand[float32])
		if a[0].kind() == int8Operand || b[0].kind() == int8Operand {
			s.gatedQuads(p, dst, kept, a, b)
			return
		}
		s.gatedFloats(p, dst, kept, a, b)
	case Matrix[BF16]:
		s.gatedPairs(p, dst, any(kept).([2]Matrix[BF16]), any(a).([2]Operand[BF16]), any(b).([2]Operand[BF16]))
	}
}

// gatedRows is the number of rows of gates, and of ups, that the first-level cache
// has room for beside the operands of a kernel.
const gatedRows = 128

// gated is where the sums of gates and of ups go, by panels of a tile's columns.
type gated[T Element] struct {
	dst     Matrix[T]
	kept    [2]Matrix[T] // what they stay in, or none
	sums    [2][]T       // otherwise, rows of a panel that wait for each other
	mr, nr  int          // of the tile
	siluMul func(dst []T, stride int, gates, ups []T)
}

func newGated[T Element](s *Scratch, dst Matrix[T], kept [2]Matrix[T], mr, nr int, siluMul func(dst []T, stride int, gates, ups []T)) gated[T] {
	return gated[T]{dst: dst, kept: kept, sums: sumsOf[T](s, gatedRows*nr), mr: mr, nr: nr, siluMul: siluMul}
}

// block does rows [i, i+in) of columns [j, j+jn). product stores gates, h 0, or ups,
// h 1, in c, whose first row and column are top and jj after those of the block.
func (g *gated[T]) block(i, in, j, jn int, product func(h, top, jj int, c Matrix[T])) {
	if g.kept[0].Data != nil {
		for h, kept := range g.kept {
			product(h, 0, 0, kept.sub(i, in, j, jn))
		}
		return
	}
	near := gatedRows / g.mr * g.mr
	for jj := 0; jj < jn; jj += g.nr {
		for top := 0; top < in; top += near {
			dst := g.dst.sub(i+top, min(near, in-top), j+jj, min(g.nr, jn-jj))
			for h, sums := range g.sums {
				product(h, top, jj, Dense(sums, dst.Rows, g.nr).sub(0, dst.Rows, 0, dst.Cols))
			}
			g.finish(dst)
		}
	}
}

// finish stores what becomes of the sums in dst, a part of a panel.
func (g *gated[T]) finish(dst Matrix[T]) {
	n := dst.Rows * g.nr
	gates, ups := g.sums[0][:n], g.sums[1][:n]
	if dst.Cols == g.nr {
		g.siluMul(dst.Data, dst.RS, gates, ups)
		return
	}
	g.siluMul(gates, g.nr, gates, ups)
	ConvertRows(dst, Dense(gates, dst.Rows, g.nr).sub(0, dst.Rows, 0, dst.Cols))
}

// both returns what f makes of the operands of gates and of ups: the same where they
// are one, which is not packed.
func both[T Element, P any](o [2]Operand[T], f func(h int) P) [2]P {
	gates := f(0)
	if o[0].P == nil {
		return [2]P{gates, gates}
	}
	return [2]P{gates, f(1)}
}

// gatedFloats is gemmGated for float32 numbers.
func (s *Scratch) gatedFloats(p plan, dst Matrix[float32], kept [2]Matrix[float32], a, b [2]Operand[float32]) {
	t := &p.kernels.tile
	e := newGated(s, dst, kept, t.mr, t.nr, t.siluMul)
	var g [2]gemm
	for h := range g {
		g[h] = gemm{plan: p, s: s, t: t, a: a[h], b: b[h]}
	}
	nc := b[0].width(p.n)
	for j := 0; j < p.n; j += nc {
		jn := min(nc, p.n-j)
		right := both(b, func(h int) panels { return g[h].right(j, jn, 0, p.k) })
		for i := 0; i < p.m; i += t.blockRows() {
			in := min(t.blockRows(), p.m-i)
			left := both(a, func(h int) panels { return g[h].left(i, in, 0, p.k) })
			e.block(i, in, j, jn, func(h, top, jj int, c Matrix[float32]) {
				l, r := left[h], right[h]
				l.data, r.data = l.data[top/t.mr*l.next:], r.data[jj/t.nr*r.next:]
				g[h].c = c
				g[h].block(l, r, 0, c.Rows, 0, c.Cols, p.k, false)
			})
		}
	}
}

// gatedPairs is gemmGated for bfloat16 numbers.
func (s *Scratch) gatedPairs(p plan, dst Matrix[BF16], kept [2]Matrix[BF16], a, b [2]Operand[BF16]) {
	t := p.kernels.pairsFor(p.k)
	e := newGated(s, dst, kept, t.mr, t.nr, t.siluMul)
	var g [2]gemmPairs
	for h := range g {
		g[h] = gemmPairs{plan: p, s: s, t: t, a: a[h], b: b[h]}
	}
	nc := b[0].width(p.n)
	for j := 0; j < p.n; j += nc {
		jn := min(nc, p.n-j)
		right := both(b, func(h int) pairPanels { return g[h].right(j, jn, 0, p.k) })
		for i := 0; i < p.m; i += t.blockRows {
			in := min(t.blockRows, p.m-i)
			left := both(a, func(h int) pairPanels { return g[h].left(i, in, 0, p.k) })
			e.block(i, in, j, jn, func(h, top, jj int, c Matrix[BF16]) {
				l, r := left[h], right[h]
				l.data, r.data = l.data[top/t.mr*l.next:], r.data[jj/t.nr*r.next:]
				g[h].rounded = c
				g[h].block(l, r, 0, c.Rows, 0, c.Cols, t.pad(p.k)/2, false)
			})
		}
	}
}

// gatedQuads is gemmGated for 8-bit integers.
func (s *Scratch) gatedQuads(p plan, dst Matrix[float32], kept [2]Matrix[float32], a, b [2]Operand[float32]) {
	t := p.kernels.quads
	e := newGated(s, dst, kept, t.mr, t.nr, p.kernels.tile.siluMul)
	left := both(a, func(h int) *quantized { return p.kernels.quantizedOperand(&s.quantized, a[h], Left) })
	right := both(b, func(h int) *quantized { return p.kernels.quantizedOperand(&s.quantized, b[h], Right) })
	for i := 0; i < p.m; i += t.blockRows {
		e.block(i, min(t.blockRows, p.m-i), 0, p.n, func(h, top, jj int, c Matrix[float32]) {
			t.block(p.k, c, left[h], i+top, right[h], jj, false)
		})
	}
}
