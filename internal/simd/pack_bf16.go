package simd

import "unsafe"

// packPairs writes m, of depth rows, as panels of w columns for the tile on
// pairs, zero-padded: number (p, j) goes to dst[(j/w*K+p/2*2)*w+j%w*2+p%2], with
// K the even number at or above depth.
func (k *kernels) packPairs(dst []BF16, m Matrix[BF16]) {
	w := k.pairs.nr
	size := w * even(m.Rows)
	for j := 0; j < m.Cols; j += w {
		panel := dst[:size]
		dst = dst[size:]
		n := min(w, m.Cols-j)
		if n < w {
			clear(panel)
		}
		switch part := m.sub(0, m.Rows, j, n); {
		case m.CS == 1:
			k.pairs.interleave(panel, 2*w, part)
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

// packRows copies contiguous rows of odd length and gives each a zero.
func packRows(dst []BF16, m Matrix[BF16]) {
	for i := range m.Rows {
		row := dst[i*even(m.Cols):][:even(m.Cols)]
		row[len(row)-1] = 0
		copy(row, m.Data[i*m.RS:][:m.Cols])
	}
}

// packBF16 rounds m to bfloat16 and packs it. A left operand is m x k with
// rows padded to whole pairs; a right one has the layout of packPairs.
func (p *Packed) packBF16(m Matrix[float32]) {
	if p.k == 0 {
		return
	}
	if p.side == Left {
		p.bf16Data = grow(p.bf16Data, p.n*even(p.k))
		p.roundRows(p.bf16Data, m)
		return
	}
	w := p.kernels.pairs.nr
	size := w * even(p.k)
	p.bf16Data = grow(p.bf16Data, (p.n+w-1)/w*size)
	for j := 0; j < p.n; j += w {
		n := min(w, p.n-j)
		p.packPanel(p.bf16Data[j/w*size:][:size], m.sub(0, p.k, j, n))
	}
}

// packPanel packs one panel of a right operand, in steps of few rows, which
// stay in cache between rounding and packing.
func (p *Packed) packPanel(panel []BF16, m Matrix[float32]) {
	if m.CS != 1 { // contiguous columns
		p.rounded = grow(p.rounded, m.Cols*even(p.k))
		p.roundRows(p.rounded, m.T())
		p.kernels.packPairs(panel, Dense(p.rounded, m.Cols, even(p.k)).T())
		return
	}
	p.rounded = grow(p.rounded, m.Rows*m.Cols)
	for i := range m.Rows {
		Convert(p.rounded[i*m.Cols:(i+1)*m.Cols], m.Data[i*m.RS:][:m.Cols])
	}
	p.kernels.packPairs(panel, Dense(p.rounded, m.Rows, m.Cols))
}

// roundRows stores the rows of m in dst, each padded to whole pairs.
func (p *Packed) roundRows(dst []BF16, m Matrix[float32]) {
	for i := range m.Rows {
		row := dst[i*even(m.Cols):][:even(m.Cols)]
		row[len(row)-1] = 0
		if m.CS == 1 {
			Convert(row[:m.Cols], m.Data[i*m.RS:][:m.Cols])
			continue
		}
		for j := range m.Cols {
			row[j] = ToBF16(m.Data[i*m.RS+j*m.CS])
		}
	}
}
