package simd

// Operand is one side of a product: a plain matrix, packed on the way, or one
// packed earlier.
type Operand struct {
	M Matrix
	P *Packed
}

// Scratch is the packing memory of one goroutine's products. The zero value is
// ready; it grows to what its largest product needs and is then reused.
type Scratch struct {
	left, right []float32
}

// Blocking of the three loops: a right panel, k-block x nr, is used for blockM
// rows, whose k-block stays in L2. README.md has the measurements.
const (
	blockM = 112
	blockK = 512
	blockN = 512
)

// Gemm computes c = a·b, or c += a·b with accumulate. a is m x k, b is k x n,
// c is m x n with CS 1. c must not overlap the operands. Each element of c is
// summed over k in an order that depends only on k and the level, so a row of
// the result does not depend on which other rows are computed with it.
func (s *Scratch) Gemm(c Matrix, a, b Operand, accumulate bool) {
	c.check()
	level := operandLevel(a, b)
	m, k := a.outer(Left)
	n, kb := b.outer(Right)
	if k != kb || m != c.Rows || n != c.Cols {
		panic("simd: product of mismatched shapes")
	}
	if c.CS != 1 {
		panic("simd: product needs a destination with contiguous rows")
	}
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		if !accumulate {
			clearMatrix(c)
		}
		return
	}
	g := gemm{s: s, level: level, t: tileOf(level), c: c, a: a, b: b, k: k, accumulate: accumulate}
	g.run(m, n)
}

func operandLevel(a, b Operand) Level {
	level := Active()
	if a.P != nil {
		level = a.P.level
	}
	if b.P != nil {
		if a.P != nil && a.P.level != b.P.level {
			panic("simd: operands packed at different levels")
		}
		level = b.P.level
	}
	return level
}

// outer returns the operand's outer dimension and its dot-product length.
func (o Operand) outer(side Side) (n, k int) {
	if o.P != nil {
		if o.P.side != side {
			panic("simd: packed operand on the wrong side")
		}
		return o.P.n, o.P.k
	}
	o.M.check()
	if side == Left {
		return o.M.Rows, o.M.Cols
	}
	return o.M.Cols, o.M.Rows
}

func clearMatrix(c Matrix) {
	for i := range c.Rows {
		clear(c.Data[i*c.RS:][:c.Cols])
	}
}

// gemm is one product under way.
type gemm struct {
	s          *Scratch
	level      Level
	t          tile
	c          Matrix
	a, b       Operand
	k          int
	accumulate bool
	inPlace    bool // the right operand is not packed
}

// run cuts the columns into what can be read in place and the rest.
func (g *gemm) run(m, n int) {
	if g.b.P != nil {
		g.columns(m, 0, n, n)
		return
	}
	start := 0
	if g.b.M.CS == 1 && m <= g.t.inPlace {
		g.inPlace = true
		start = n / g.t.nr * g.t.nr
		g.columns(m, 0, start, start)
		g.inPlace = false
	}
	g.columns(m, start, n, blockN)
}

// columns computes columns [from, to) in blocks of nc.
func (g *gemm) columns(m, from, to, nc int) {
	kc := evenBlock(g.k, blockK)
	for j := from; j < to; j += nc {
		jn := min(nc, to-j)
		for p := 0; p < g.k; p += kc {
			kn := min(kc, g.k-p)
			right := g.right(j, jn, p, kn)
			for i := 0; i < m; i += g.blockRows() {
				in := min(g.blockRows(), m-i)
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
func (g *gemm) blockRows() int { return blockM / g.t.mr * g.t.mr }

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
	packPanels(g.s.right, g.b.M.sub(p, kn, j, jn), w)
	return panels{data: g.s.right, next: w * kn, stride: 1, step: w}
}

// left returns the panels of rows [i, i+in), columns [p, p+kn). Contiguous
// rows need no packing, since the microkernel broadcasts single numbers;
// contiguous columns need it at some levels.
func (g *gemm) left(i, in, p, kn int) panels {
	w := g.t.mr
	if q := g.a.P; q != nil {
		return panels{data: q.data[i*q.k+p*w:], next: w * q.k, stride: 1, step: w}
	}
	m := g.a.M.sub(i, in, p, kn)
	if m.CS == 1 || g.t.leftInPlace {
		return panels{data: m.Data, next: w * m.RS, stride: m.RS, step: m.CS}
	}
	g.s.left = grow(g.s.left, (in+w-1)/w*w*kn)
	packPanels(g.s.left, m.T(), w)
	return panels{data: g.s.left, next: w * kn, stride: 1, step: w}
}

// block multiplies panels into c. A right panel stays near while all left
// panels pass by.
func (g *gemm) block(a, b panels, i, in, j, jn, kn int, add bool) {
	mr, nr := g.t.mr, g.t.nr
	for jj := 0; jj < jn; jj += nr {
		right := b.data[jj/nr*b.next:]
		for ii := 0; ii < in; ii += mr {
			left := a.data[ii/mr*a.next:]
			c := g.c.Data[(i+ii)*g.c.RS+j+jj:]
			microkernel(g.level, min(mr, in-ii), min(nr, jn-jj), kn, left, a.stride, a.step, right, b.step, c, g.c.RS, add)
		}
	}
}

func grow(buf []float32, n int) []float32 {
	if cap(buf) < n {
		return alignedFloats(n)
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
