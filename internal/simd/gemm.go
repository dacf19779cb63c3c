package simd

// Operand is one side of a product: a plain matrix, packed on the way, or one
// packed earlier for numbers of its type.
type Operand[T Element] struct {
	M Matrix[T]
	P *Packed
}

// Scratch is the packing memory of one goroutine's products. The zero value is
// ready; it grows to what its largest product needs and is then reused.
type Scratch struct {
	left, right         []float32
	leftBF16, rightBF16 []BF16
	pairs               []BF16 // of rows, on their way to the left operand
	wide                wideScratch
	quantized           quantized
	sums                []float32 // of products that are not kept
	sumsBF16            []BF16
}

// Blocking of the three loops: a right panel, k-block x nr, is used for blockM
// rows, whose k-block stays in L2. README.md has the measurements.
const (
	blockM = 112
	blockK = 512
	blockN = 512
)

// Gemm computes c = a·b, or c += a·b with accumulate. a is m x k, b is k x n,
// c is m x n with CS 1. c must not overlap the operands. Sums are in float32; a
// product of bfloat16 operands is rounded once on its way to a bfloat16 c.
// Operands of float32 need a c of float32; if one was packed by PackInt8, the
// other, plain one becomes integers as well, for this product. Each element of c is summed over k
// in an order that depends only on k, c's type and the level, so a row of the
// result does not depend on which other rows are computed with it.
func Gemm[C, T Element](s *Scratch, c Matrix[C], a, b Operand[T], accumulate bool) {
	gemmBatch(s, plan{kernels: operandKernels(a, b), batch: batch{n: 1}, accumulate: accumulate}, c, a, b)
}

// gemmBatch does the products of p's batch, of which c, a and b are the first.
func gemmBatch[C, T Element](s *Scratch, p plan, c Matrix[C], a, b Operand[T]) {
	last := p.batch.n - 1
	setShape(&p, c.from(last*p.batch.nextC), a.from(last*p.batch.nextA), b.from(last*p.batch.nextB))
	if p.m == 0 || p.n == 0 {
		return
	}
	if p.k == 0 {
		if !p.accumulate {
			for i := range p.batch.n {
				clearMatrix(c.from(i * p.batch.nextC))
			}
		}
		return
	}
	switch a := any(a).(type) {
	case Operand[float32]:
		s.gemmFloat(p, any(c).(Matrix[float32]), a, any(b).(Operand[float32]))
	case Operand[BF16]:
		s.gemmBF16(p, any(c), a, any(b).(Operand[BF16]))
	}
}

// plan is what products of all types have in common.
type plan struct {
	kernels    *kernels
	m, n, k    int
	batch      batch
	accumulate bool
}

// setShape checks the matrices of a product and takes their shape.
func setShape[C, T Element](p *plan, c Matrix[C], a, b Operand[T]) {
	c.check()
	m, k := a.outer(Left)
	n, kb := b.outer(Right)
	if k != kb || m != c.Rows || n != c.Cols {
		panic("simd: product of mismatched shapes")
	}
	if c.CS != 1 {
		panic("simd: product needs a destination with contiguous rows")
	}
	p.m, p.n, p.k = m, n, k
}

// operandKernels returns the kernels of the level at which an operand was
// packed, or of the active one.
func operandKernels[T Element](a, b Operand[T]) *kernels {
	switch {
	case a.P != nil && b.P != nil && a.P.kernels != b.P.kernels:
		panic("simd: operands packed at different levels")
	case a.P != nil:
		return a.P.kernels
	case b.P != nil:
		return b.P.kernels
	default:
		return active.Load()
	}
}

// from returns the operand that begins n numbers on.
func (o Operand[T]) from(n int) Operand[T] {
	if o.P == nil {
		o.M = o.M.from(n)
	}
	return o
}

// outer returns the operand's outer dimension and its dot-product length.
func (o Operand[T]) outer(side Side) (n, k int) {
	if o.P != nil {
		if o.P.side != side || (o.P.kind == bf16Operand) != isBF16[T]() {
			panic("simd: operand packed for another side or type")
		}
		return o.P.n, o.P.k
	}
	o.M.check()
	if side == Left {
		return o.M.Rows, o.M.Cols
	}
	return o.M.Cols, o.M.Rows
}

func clearMatrix[T Element](c Matrix[T]) {
	for i := range c.Rows {
		clear(c.Data[i*c.RS:][:c.Cols])
	}
}

// gemm is one product of float32 numbers under way.
type gemm struct {
	plan
	s       *Scratch
	t       *tile
	c       Matrix[float32]
	a, b    Operand[float32]
	inPlace bool // the right operand is not packed
}

// gemmFloat multiplies float32 numbers, or 8-bit integers if an operand was
// packed for that.
func (s *Scratch) gemmFloat(p plan, c Matrix[float32], a, b Operand[float32]) {
	kinds := [2]operandKind{a.kind(), b.kind()}
	switch {
	case kinds[0] != int8Operand && kinds[1] != int8Operand:
		s.gemm(p, c, a, b)
	case a.P != nil && b.P != nil && kinds[0] != kinds[1]:
		panic("simd: operands packed for different products")
	default:
		s.gemmInt8(p, c, a, b)
	}
}

func (o Operand[T]) kind() operandKind {
	if o.P == nil {
		return floatOperand
	}
	return o.P.kind
}

// gemm cuts the columns into what can be read in place and the rest.
func (s *Scratch) gemm(p plan, c Matrix[float32], a, b Operand[float32]) {
	g := gemm{plan: p, s: s, t: &p.kernels.tile}
	for i := range p.batch.n {
		g.c, g.a, g.b = c.from(i*p.batch.nextC), a.from(i*p.batch.nextA), b.from(i*p.batch.nextB)
		g.product()
	}
}

// product does one of the batch.
func (g *gemm) product() {
	start := 0
	if g.b.P == nil && g.b.M.CS == 1 && g.m <= g.t.inPlace {
		g.inPlace = true
		start = g.n / g.t.nr * g.t.nr
		g.columns(g.m, 0, start, start)
		g.inPlace = false
	}
	g.columns(g.m, start, g.n, g.b.width(g.n))
}

// width returns how many of the n columns of a right operand are there in panels at a
// time: all if they were packed before.
func (o Operand[T]) width(n int) int {
	if o.P != nil {
		return n
	}
	return blockN
}

// columns computes columns [from, to) in blocks of nc.
func (g *gemm) columns(m, from, to, nc int) {
	kc := evenBlock(g.k, blockK)
	for j := from; j < to; j += nc {
		jn := min(nc, to-j)
		for p := 0; p < g.k; p += kc {
			kn := min(kc, g.k-p)
			right := g.right(j, jn, p, kn)
			for i := 0; i < m; i += g.t.blockRows() {
				in := min(g.t.blockRows(), m-i)
				g.block(g.left(i, in, p, kn), right, i, in, j, jn, kn, p > 0 || g.accumulate)
			}
		}
	}
}

// evenBlock returns the size of the blocks, at most limit, that cut n evenly: a
// short last block would cost a pass over the destination for little work.
func evenBlock(n, limit int) int {
	blocks := (n + limit - 1) / limit
	return (n + blocks - 1) / blocks
}

// blockRows is blockM rounded down to whole panels.
func (t *tile) blockRows() int { return blockM / t.mr * t.mr }

// panels are the numbers of one block of an operand as the microkernel reads
// them: panel t starts at data[t*next], and in it the numbers of one row (left)
// or column (right) are step apart; its rows (columns) are stride apart.
type panels struct {
	data               []float32
	next, stride, step int
}

// right returns the panels of columns [j, j+jn), rows [p, p+kn).
func (g *gemm) right(j, jn, p, kn int) panels {
	w := g.t.nr
	if q := g.b.P; q != nil {
		return panels{data: q.data[j*q.k+p*w:], next: w * q.k, stride: 1, step: w}
	}
	if g.inPlace {
		return panels{data: g.b.M.sub(p, kn, j, jn).Data, next: w, stride: 1, step: g.b.M.RS}
	}
	g.s.right = grow(g.s.right, (jn+w-1)/w*w*kn)
	g.kernels.packing.panels(g.s.right, g.b.M.sub(p, kn, j, jn), w)
	return panels{data: g.s.right, next: w * kn, stride: 1, step: w}
}

// left returns the panels of rows [i, i+in), columns [p, p+kn). Contiguous
// rows need no packing, since the microkernel broadcasts single numbers;
// contiguous columns need it at some levels.
func (g *gemm) left(i, in, p, kn int) panels {
	w := g.t.width(Left)
	if q := g.a.P; q != nil {
		return g.t.packedLeft(q.data[i*q.k+p*w:], q.k)
	}
	m := g.a.M.sub(i, in, p, kn)
	if m.CS == 1 || g.t.leftInPlace {
		return panels{data: m.Data, next: g.t.mr * m.RS, stride: m.RS, step: m.CS}
	}
	g.s.left = grow(g.s.left, (in+w-1)/w*w*kn)
	g.kernels.packing.panels(g.s.left, m.T(), w)
	return g.t.packedLeft(g.s.left, kn)
}

// packedLeft returns the panels of packed rows of k numbers.
func (t *tile) packedLeft(data []float32, k int) panels {
	if t.wholeRows {
		return panels{data: data, next: t.mr * k, stride: k, step: 1}
	}
	return panels{data: data, next: t.mr * k, stride: 1, step: t.mr}
}

// block multiplies panels into c. A right panel stays near while all left
// panels pass by.
func (g *gemm) block(a, b panels, i, in, j, jn, kn int, add bool) {
	mr, nr := g.t.mr, g.t.nr
	for jj, at := 0, 0; jj < jn; jj, at = jj+nr, at+b.next {
		right := b.data[at:]
		for ii, at := 0, 0; ii < in; ii, at = ii+mr, at+a.next {
			left := a.data[at:]
			c := g.c.Data[(i+ii)*g.c.RS+j+jj:]
			g.t.kernel(min(mr, in-ii), min(nr, jn-jj), kn, left, a.stride, a.step, right, b.step, c, g.c.RS, add)
		}
	}
}

func grow[T Element | int8 | uint8 | int32](buf []T, n int) []T {
	if cap(buf) < n {
		return Aligned[T](n)
	}
	return buf[:n]
}

// storeTile writes the corner of a whole tile to c, for microkernels that
// cannot leave out columns.
func storeTile(t []float32, nr, rows, cols int, c []float32, ldc int, add bool) {
	for i := range rows {
		dst, src := c[i*ldc:][:cols], t[i*nr:][:cols]
		if !add {
			copy(dst, src)
			continue
		}
		for j, v := range src {
			dst[j] += v
		}
	}
}
