package simd

// Side says which operand of a product a packed matrix is.
type Side uint8

// The two operands of a product.
const (
	Left Side = iota
	Right
)

// Packed is an operand in the panel layout of the microkernel, made once and
// used in many products. It belongs to the level at which it was packed. A
// Packed is read-only in products and may be shared by goroutines.
//
// The left operand, m x k, is cut into panels of mr rows, each stored k-major:
// element (i, p) is data[(i/mr*k+p)*mr+i%mr], with 1 for mr where the microkernel
// takes whole rows. The right operand, k x n, is cut
// into panels of nr columns: element (p, j) is data[(j/nr*k+p)*nr+j%nr]. The
// last panel is padded with zeros.
//
// An operand for bfloat16 products is kept in pairs, as pack_bf16.go says, or
// where they are computed in float32 like any other, its numbers rounded. One
// for products of 8-bit integers is kept in quads, as int8.go and pack_int8.go
// say, or as float32 numbers that are integers.
type Packed struct {
	kernels  *kernels // of that level
	side     Side
	kind     operandKind
	n        int // rows of a left operand, columns of a right one
	k        int // length of the dot products
	data     []float32
	bf16Data []BF16
	rounded  []BF16 // one panel on its way

	quantized quantized
}

// operandKind says by which method an operand was packed.
type operandKind uint8

const (
	floatOperand operandKind = iota
	bf16Operand
	int8Operand
)

// Pack stores m as the given operand of products of float32 numbers, reusing
// the memory of an earlier Pack of the same size.
func (p *Packed) Pack(side Side, m Matrix[float32]) {
	p.shape(side, m)
	p.kind, p.bf16Data, p.quantized = floatOperand, nil, quantized{}
	p.pack(m)
}

// PackBF16 is [Packed.Pack] for products of bfloat16 numbers, to which it rounds
// those of m.
func (p *Packed) PackBF16(side Side, m Matrix[float32]) {
	p.shape(side, m)
	p.kind, p.quantized = bf16Operand, quantized{}
	if p.kernels.pairs != nil {
		p.data = nil
		p.packBF16(m)
		return
	}
	p.bf16Data = nil
	p.pack(m)
	for i, v := range p.data {
		p.data[i] = rounded(v)
	}
}

func (p *Packed) shape(side Side, m Matrix[float32]) {
	m.check()
	p.kernels, p.side = active.Load(), side
	p.n, p.k = m.Cols, m.Rows
	if side == Left {
		p.n, p.k = m.Rows, m.Cols
	}
}

// pack stores the panels of float32 numbers.
func (p *Packed) pack(m Matrix[float32]) {
	if p.side == Left {
		m = m.T() // now k x rows, like a right operand
	}
	w := p.kernels.tile.width(p.side)
	p.data = grow(p.data, (p.n+w-1)/w*w*p.k)
	p.kernels.packing.panels(p.data, m, w)
}

// width returns that of the panels of a side. Whole rows are panels of one row.
func (t *tile) width(side Side) int {
	switch {
	case side == Right:
		return t.nr
	case t.wholeRows:
		return 1
	default:
		return t.mr
	}
}

// panels writes the k x n matrix m as panels of w columns, zero-padded.
func (p *packing) panels(dst []float32, m Matrix[float32], w int) {
	if m.Rows == 0 {
		return
	}
	whole := m.Cols / w * w
	if m.CS == 1 {
		p.runs(dst, m, w, whole/w)
	} else {
		for j := 0; j < whole; j += w {
			p.transposed(dst[j*m.Rows:], m.sub(0, m.Rows, j, w), w)
		}
	}
	if whole < m.Cols {
		p.last(dst[whole*m.Rows:(whole+w)*m.Rows], m.sub(0, m.Rows, whole, m.Cols-whole), w)
	}
}

// packRunsGeneric copies the first panels·w columns of a matrix whose rows are
// contiguous. It walks along rows, which may be far apart in memory, and copies
// number by number: panels are too narrow for calls of memmove.
func packRunsGeneric(dst []float32, m Matrix[float32], w, panels int) {
	for p := range m.Rows {
		src := m.Data[p*m.RS:]
		for t := range panels {
			at := p*w + t*w*m.Rows
			for i := range w {
				dst[at+i] = src[t*w+i]
			}
		}
	}
}

// transposeNone leaves everything to the caller.
func transposeNone([]float32, Matrix[float32], int) (done int) { return 0 }

// transposed packs one panel of a matrix whose columns are contiguous: in
// strips of eight columns where there is a kernel, the rest one by one.
func (p *packing) transposed(dst []float32, m Matrix[float32], w int) {
	j := 0
	for ; j+8 <= m.Cols; j += 8 {
		for r := p.transpose8(dst[j:], m.sub(0, m.Rows, j, 8), w); r < m.Rows; r++ {
			for i := range 8 {
				dst[r*w+j+i] = m.Data[(j+i)*m.CS+r]
			}
		}
	}
	for ; j < m.Cols; j++ {
		for r, v := range m.Data[j*m.CS:][:m.Rows] {
			dst[r*w+j] = v
		}
	}
}

// last packs the last panel, which m fills only in part.
func (p *packing) last(panel []float32, m Matrix[float32], w int) {
	clear(panel)
	if m.CS != 1 {
		p.transposed(panel, m, w)
		return
	}
	for r := range m.Rows {
		copy(panel[r*w:], m.Data[r*m.RS:][:m.Cols])
	}
}
