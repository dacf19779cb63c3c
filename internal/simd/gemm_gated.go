package simd

// GemmSiLUMul stores silu(G)·U in dst, with G and U the products of x with two
// packed weights of one shape: x times each of them where they were packed for the
// right side, each of them times x where for the left one. The results have the bits
// of [Gemm] followed by [SiLUMul]. gates and ups, of the shape of dst, keep G and U;
// where they are empty G and U are forgotten, most often while they are still in the
// first-level cache. dst must not overlap x.
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
		size := p.m * p.n
		sums := sumsOf[T](s, 2*size)
		gates, ups = Dense(sums[:size], p.m, p.n), Dense(sums[size:], p.m, p.n)
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

// sumsOf returns memory for n numbers of products.
func sumsOf[T Element](s *Scratch, n int) []T {
	if isBF16[T]() {
		s.sumsBF16 = grow(s.sumsBF16, n)
		return any(s.sumsBF16).([]T)
	}
	s.sums = grow(s.sums, n)
	return any(s.sums).([]T)
}

// fuses reports whether products end in a block that is finished while it is near:
// not where they are emulated, nor where k is cut, so that sums would have to wait.
func (p plan) fuses(kind operandKind) bool {
	switch kind {
	case bf16Operand:
		return p.k > 0 && p.kernels.pairs != nil
	case int8Operand:
		return p.k > 0 && p.kernels.quads != nil
	}
	return p.k > 0 && p.k <= blockK
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

// ends is where the sums of a panel of gates and of ups wait for each other.
type ends[T Element] struct {
	sums    [2]Matrix[T] // blocks of a panel, or all that are kept
	kept    bool
	nr      int
	siluMul func(dst []T, stride int, gates, ups []T)
}

func newEnds[T Element](s *Scratch, kept [2]Matrix[T], nr int, siluMul func(dst []T, stride int, gates, ups []T)) ends[T] {
	if kept[0].Data != nil {
		return ends[T]{sums: kept, kept: true}
	}
	size := gatedRows * nr
	sums := sumsOf[T](s, 2*size)
	blocks := [2]Matrix[T]{Dense(sums[:size], gatedRows, nr), Dense(sums[size:], gatedRows, nr)}
	return ends[T]{sums: blocks, nr: nr, siluMul: siluMul}
}

// place is where the sums of row i and column j go.
func (e *ends[T]) place(i, j int) (row, col int) {
	if e.kept {
		return i, j
	}
	return 0, 0
}

// finish stores what becomes of rows of sums in dst, which has as many rows and at
// most a panel's columns.
func (e *ends[T]) finish(dst Matrix[T]) {
	if e.kept {
		return
	}
	n := dst.Rows * e.nr
	gates, ups := e.sums[0].Data[:n], e.sums[1].Data[:n]
	if dst.Cols == e.nr {
		e.siluMul(dst.Data, dst.RS, gates, ups)
		return
	}
	e.siluMul(gates, e.nr, gates, ups)
	for i := range dst.Rows {
		copy(dst.Data[i*dst.RS:][:dst.Cols], gates[i*e.nr:])
	}
}

// both returns what f makes for gates and for ups: the same where they share it.
func both[P any](shared bool, f func(h int) P) [2]P {
	gates := f(0)
	if shared {
		return [2]P{gates, gates}
	}
	return [2]P{gates, f(1)}
}

// gatedFloats is gemmGated for float32 numbers.
func (s *Scratch) gatedFloats(p plan, dst Matrix[float32], kept [2]Matrix[float32], a, b [2]Operand[float32]) {
	t := &p.kernels.tile
	e := newEnds(s, kept, t.nr, t.siluMul)
	var g [2]gemm
	for h := range g {
		g[h] = gemm{plan: p, s: s, t: t, c: e.sums[h], a: a[h], b: b[h]}
	}
	for j := 0; j < p.n; j += g[0].width() {
		jn := min(g[0].width(), p.n-j)
		right := both(b[0].P == nil, func(h int) panels { return g[h].right(j, jn, 0, p.k) })
		for i := 0; i < p.m; i += t.blockRows() {
			in := min(t.blockRows(), p.m-i)
			left := both(a[0].P == nil, func(h int) panels { return g[h].left(i, in, 0, p.k) })
			for jj := 0; jj < jn; jj += t.nr {
				cols := min(t.nr, jn-jj)
				row, col := e.place(i, j+jj)
				for h, r := range right {
					r.data = r.data[jj/t.nr*r.next:]
					g[h].block(left[h], r, row, in, col, cols, p.k, false)
				}
				e.finish(dst.sub(i, in, j+jj, cols))
			}
		}
	}
}

// gatedPairs is gemmGated for bfloat16 numbers.
func (s *Scratch) gatedPairs(p plan, dst Matrix[BF16], kept [2]Matrix[BF16], a, b [2]Operand[BF16]) {
	t := p.kernels.pairsFor(p.k)
	e := newEnds(s, kept, t.nr, t.siluMul)
	var g [2]gemmPairs
	for h := range g {
		g[h] = gemmPairs{plan: p, s: s, t: t, rounded: e.sums[h], a: a[h], b: b[h]}
	}
	near := gatedRows / t.mr * t.mr
	for j := 0; j < p.n; j += g[0].width() {
		jn := min(g[0].width(), p.n-j)
		right := both(b[0].P == nil, func(h int) pairPanels { return g[h].right(j, jn, 0, p.k) })
		for i := 0; i < p.m; i += t.blockRows {
			in := min(t.blockRows, p.m-i)
			left := both(a[0].P == nil, func(h int) pairPanels { return g[h].left(i, in, 0, p.k) })
			for jj := 0; jj < jn; jj += t.nr {
				cols := min(t.nr, jn-jj)
				for top := 0; top < in; top += near {
					rows := min(near, in-top)
					row, col := e.place(i+top, j+jj)
					for h, r := range right {
						l := left[h]
						l.data, r.data = l.data[top/t.mr*l.next:], r.data[jj/t.nr*r.next:]
						g[h].block(l, r, row, rows, col, cols, t.pad(p.k)/2, false)
					}
					e.finish(dst.sub(i+top, rows, j+jj, cols))
				}
			}
		}
	}
}

// gatedQuads is gemmGated for 8-bit integers.
func (s *Scratch) gatedQuads(p plan, dst Matrix[float32], kept [2]Matrix[float32], a, b [2]Operand[float32]) {
	t := p.kernels.quads
	e := newEnds(s, kept, t.nr, p.kernels.tile.siluMul)
	left := both(a[0].P == nil, func(h int) *quantized { return p.kernels.quantizedOperand(&s.quantized, a[h], Left) })
	right := both(b[0].P == nil, func(h int) *quantized { return p.kernels.quantizedOperand(&s.quantized, b[h], Right) })
	near := gatedRows / t.mr * t.mr
	for i := 0; i < p.m; i += t.blockRows {
		in := min(t.blockRows, p.m-i)
		for j := 0; j < p.n; j += t.nr {
			cols := min(t.nr, p.n-j)
			for top := 0; top < in; top += near {
				rows := min(near, in-top)
				row, col := e.place(i+top, j)
				for h, sums := range e.sums {
					t.panel(p.k, sums.sub(row, rows, col, cols), left[h], i+top, right[h], j, false)
				}
				e.finish(dst.sub(i+top, rows, j, cols))
			}
		}
	}
}
