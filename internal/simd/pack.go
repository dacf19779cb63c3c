package simd

// A tile is what one call of a microkernel computes: mr rows of the left
// operand times nr columns of the right one.
type tile struct{ mr, nr int }

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
// element (i, p) is data[(i/mr*k+p)*mr+i%mr]. The right operand, k x n, is cut
// into panels of nr columns: element (p, j) is data[(j/nr*k+p)*nr+j%nr]. The
// last panel is padded with zeros.
type Packed struct {
	level Level
	side  Side
	n     int // rows of a left operand, columns of a right one
	k     int // length of the dot products
	data  []float32
}

// Pack stores m as the given operand, reusing the memory of an earlier Pack of
// the same size.
func (p *Packed) Pack(side Side, m Matrix) {
	m.check()
	p.level, p.side = Active(), side
	if side == Left {
		m = m.T() // now k x rows, like a right operand
	}
	p.n, p.k = m.Cols, m.Rows
	w := panelWidth(p.level, side)
	size := (p.n + w - 1) / w * w * p.k
	if cap(p.data) < size {
		p.data = alignedFloats(size)
	}
	p.data = p.data[:size]
	packPanels(p.data, m, w)
}

func panelWidth(l Level, side Side) int {
	t := tileOf(l)
	if side == Left {
		return t.mr
	}
	return t.nr
}

// packPanels writes the k x n matrix m as panels of w columns, zero-padded.
func packPanels(dst []float32, m Matrix, w int) {
	whole := m.Cols / w * w
	if m.CS == 1 {
		packRuns(dst, m, w, whole)
	} else {
		for j := 0; j < whole; j += w {
			packTransposed(dst[j*m.Rows:], m.sub(0, m.Rows, j, w), w)
		}
	}
	if whole < m.Cols {
		packLast(dst[whole*m.Rows:(whole+w)*m.Rows], m.sub(0, m.Rows, whole, m.Cols-whole), w)
	}
}

// packRuns copies the first n columns, whole panels, of a matrix whose rows are
// contiguous. It walks along rows, which may be far apart in memory. Copies of
// constant size compile to a few moves.
func packRuns(dst []float32, m Matrix, w, n int) {
	next := w * m.Rows
	for p := range m.Rows {
		src, d := m.Data[p*m.RS:], p*w
		switch w {
		case 32:
			for j := 0; j < n; j += 32 {
				*(*[32]float32)(dst[d:]) = *(*[32]float32)(src[j:])
				d += next
			}
		case 16:
			for j := 0; j < n; j += 16 {
				*(*[16]float32)(dst[d:]) = *(*[16]float32)(src[j:])
				d += next
			}
		case 14:
			for j := 0; j < n; j += 14 {
				*(*[14]float32)(dst[d:]) = *(*[14]float32)(src[j:])
				d += next
			}
		case 6:
			for j := 0; j < n; j += 6 {
				*(*[6]float32)(dst[d:]) = *(*[6]float32)(src[j:])
				d += next
			}
		default:
			for j := 0; j < n; j += w {
				copy(dst[d:d+w], src[j:])
				d += next
			}
		}
	}
}

// packTransposed packs one panel of m whose columns are contiguous.
func packTransposed(dst []float32, m Matrix, w int) {
	j := 0
	for ; j+4 <= m.Cols; j += 4 {
		a, b := m.Data[j*m.CS:][:m.Rows], m.Data[(j+1)*m.CS:][:m.Rows]
		c, d := m.Data[(j+2)*m.CS:][:m.Rows], m.Data[(j+3)*m.CS:][:m.Rows]
		for p := range a {
			*(*[4]float32)(dst[p*w+j:]) = [4]float32{a[p], b[p], c[p], d[p]}
		}
	}
	for ; j < m.Cols; j++ {
		for p, v := range m.Data[j*m.CS:][:m.Rows] {
			dst[p*w+j] = v
		}
	}
}

// packLast packs the last panel, which m fills only in part.
func packLast(panel []float32, m Matrix, w int) {
	clear(panel)
	if m.CS != 1 {
		packTransposed(panel, m, w)
		return
	}
	for p := range m.Rows {
		copy(panel[p*w:], m.Data[p*m.RS:][:m.Cols])
	}
}
