package simd

import "unsafe"

// packPairs writes m, of depth rows, as panels of w columns for a tile on pairs,
// zero-padded: number (p, j) goes to dst[(j/w*K+p/2*2)*w+j%w*2+p%2], with K the
// multiple of the tile's unit at or above depth.
func (k *kernels) packPairs(t *pairTile, dst []BF16, m Matrix[BF16]) {
	w := t.nr
	size := w * t.pad(m.Rows)
	for j := 0; j < m.Cols; j += w {
		panel := dst[:size]
		dst = dst[size:]
		n := min(w, m.Cols-j)
		if n < w {
			clear(panel)
		} else {
			clear(panel[w*even(m.Rows):])
		}
		switch part := m.sub(0, m.Rows, j, n); {
		case m.CS == 1:
			t.interleave(panel, 2*w, part)
		case m.Rows%2 == 0 && m.CS%2 == 0:
			k.packing.transposedPairs(panel, part, w)
		default:
			packPairsGeneric(panel, part, w)
		}
	}
}

// transposedPairs packs one panel of a matrix whose columns are contiguous, and
// so are the pairs in them, which it moves as if they were float32 numbers.
func (p *packing) transposedPairs(panel []BF16, m Matrix[BF16], w int) {
	p.transposed(asPairs(panel), Matrix[float32]{Data: asPairs(m.Data), Rows: m.Rows / 2, Cols: m.Cols, RS: 1, CS: m.CS / 2}, w)
}

// asPairs returns pairs of numbers in the guise of float32 numbers, which are
// only copied.
func asPairs(x []BF16) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/2)
}

func packPairsGeneric(panel []BF16, m Matrix[BF16], w int) {
	if m.Rows%2 != 0 {
		clear(panel[(m.Rows-1)*w:])
	}
	for p := range m.Rows {
		for j := range m.Cols {
			panel[p/2*2*w+2*j+p%2] = m.Data[p*m.RS+j*m.CS]
		}
	}
}

// packRows copies contiguous rows and gives them zeros up to a depth.
func packRows(dst []BF16, m Matrix[BF16], depth int) {
	for i := range m.Rows {
		row := dst[i*depth:][:depth]
		clear(row[m.Cols:])
		copy(row, m.Data[i*m.RS:][:m.Cols])
	}
}

// packBF16 rounds m to bfloat16 and packs it. A left operand is m x k with
// rows padded to whole units; a right one has the layout of packPairs.
func (p *Packed) packBF16(m Matrix[float32]) {
	if p.k == 0 {
		return
	}
	t := p.kernels.pairsFor(p.k)
	if p.side == Left {
		p.bf16Data = grow(p.bf16Data, p.n*t.pad(p.k))
		roundRows(p.bf16Data, m, t.pad(p.k))
		return
	}
	w := t.nr
	size := w * t.pad(p.k)
	p.bf16Data = grow(p.bf16Data, (p.n+w-1)/w*size)
	for j := 0; j < p.n; j += w {
		n := min(w, p.n-j)
		p.packPanel(t, p.bf16Data[j/w*size:][:size], m.sub(0, p.k, j, n))
	}
}

// packPanel packs one panel of a right operand, in steps of few rows, which
// stay in cache between rounding and packing.
func (p *Packed) packPanel(t *pairTile, panel []BF16, m Matrix[float32]) {
	if m.CS != 1 { // contiguous columns
		p.rounded = grow(p.rounded, m.Cols*even(p.k))
		roundRows(p.rounded, m.T(), even(p.k))
		p.kernels.packPairs(t, panel, Dense(p.rounded, m.Cols, even(p.k)).T())
		return
	}
	p.rounded = grow(p.rounded, m.Rows*m.Cols)
	for i := range m.Rows {
		Convert(p.rounded[i*m.Cols:(i+1)*m.Cols], m.Data[i*m.RS:][:m.Cols])
	}
	p.kernels.packPairs(t, panel, Dense(p.rounded, m.Rows, m.Cols))
}

// roundRows stores the rows of m in dst, each with zeros up to a depth.
func roundRows(dst []BF16, m Matrix[float32], depth int) {
	for i := range m.Rows {
		row := dst[i*depth:][:depth]
		clear(row[m.Cols:])
		if m.CS == 1 {
			Convert(row[:m.Cols], m.Data[i*m.RS:][:m.Cols])
			continue
		}
		for j := range m.Cols {
			row[j] = ToBF16(m.Data[i*m.RS+j*m.CS])
		}
	}
}
