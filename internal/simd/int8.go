package simd

import "math"

// In a product of 8-bit integers each row of the left operand and each column
// of the right one is a scale times integers between -127 and 127. The scale is
// a 127th of the largest magnitude, so zero stays zero and nothing is clipped.
// Sums of the products of integers are exact; a result is such a sum, rounded
// to float32, times both scales.

// quantized is an operand of a product of 8-bit integers as the kernel on quads
// reads it.
type quantized struct {
	left   []int8    // rows, padded with zeros to whole cache lines
	start  []int32   // what the sums of each of them begin with, to make up for the offset of right numbers
	right  []uint8   // panels: see packQuads
	scales []float32 // of the rows or columns
	rows   []int8    // columns of one panel of a right operand on their way
	dense  []float32 // rows of a left operand on their way
}

// lines returns the distance of rows of n integers.
func lines(n int) int { return (n + cacheLine - 1) &^ (cacheLine - 1) }

// pad returns the depth at which right operands of depth k are stored.
func (t *quadTile) pad(k int) int { return (k + t.unit - 1) / t.unit * t.unit }

// quantize stores m as the given operand.
func (q *quantized) quantize(k *kernels, side Side, m Matrix[float32]) {
	if side == Left {
		q.scales = grow(q.scales, m.Rows)
		q.left = grow(q.left, m.Rows*lines(m.Cols))
		q.quantizeRows(k.quads, q.left, contiguousRows(&q.dense, m), q.scales)
		return
	}
	w := k.quads.nr
	size := w * k.quads.pad(m.Rows)
	q.scales = grow(q.scales, m.Cols)
	q.right = grow(q.right, (m.Cols+w-1)/w*size)
	for j := 0; j < m.Cols; j += w {
		n := min(w, m.Cols-j)
		q.quantizePanel(k, q.right[j/w*size:][:size], m.sub(0, m.Rows, j, n), q.scales[j:])
	}
}

// quantizePanel stores the integers of the columns of one panel in dst.
func (q *quantized) quantizePanel(k *kernels, dst []uint8, m Matrix[float32], scales []float32) {
	if m.CS == 1 {
		k.quads.quantizePanel(dst, m, scales, k.quads.offset)
		const quad = 4
		clear(dst[(m.Rows+quad-1)/quad*quad*k.quads.nr:]) // nothing is left where there is an offset
		return
	}
	q.rows = grow(q.rows, m.Cols*lines(m.Rows))
	q.quantizeRows(k.quads, q.rows, m.T(), scales)
	k.packQuads(dst, q.rows, m.Cols, m.Rows)
}

// quantizeRows stores the integers of contiguous rows in dst.
func (q *quantized) quantizeRows(t *quadTile, dst []int8, m Matrix[float32], scales []float32) {
	const chunk = 16 // assembly cannot be preempted
	q.start = grow(q.start, m.Rows)
	next := lines(m.Cols)
	for i := 0; i < m.Rows; i += chunk {
		n := min(chunk, m.Rows-i)
		t.quantizeRows(dst[i*next:], m.sub(i, n, 0, m.Cols), scales[i:], q.start[i:], t.offset)
	}
}

// contiguousRows returns m, or a copy of it with contiguous rows.
func contiguousRows(buf *[]float32, m Matrix[float32]) Matrix[float32] {
	if m.CS == 1 {
		return m
	}
	*buf = grow(*buf, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			(*buf)[i*m.Cols+j] = m.Data[i*m.RS+j*m.CS]
		}
	}
	return Dense(*buf, m.Rows, m.Cols)
}

// integers stores m as integers in float32 numbers, row-major, with a scale for
// each row.
func integers(dst []float32, m Matrix[float32], scales []float32) {
	for i := range m.Rows {
		row := Matrix[float32]{Data: m.Data[i*m.RS:], Rows: 1, Cols: m.Cols, CS: m.CS}
		var inverse float32
		scales[i], inverse = scaleOf(row)
		for j := range m.Cols {
			dst[i*m.Cols+j] = float32(math.RoundToEven(float64(row.Data[j*m.CS] * inverse)))
		}
	}
}

// scaleOf returns the scale of a row and its inverse: a scale of NaN if there is one
// or an infinity in the row, and zeros where there is next to nothing to scale, so
// that the inverse would be infinite.
func scaleOf(row Matrix[float32]) (scale, inverse float32) {
	var top uint32 // magnitudes compare like their bits, NaN above all
	for j := range row.Cols {
		top = max(top, math.Float32bits(row.Data[j*row.CS])&^(1<<31))
	}
	largest := math.Float32frombits(top)
	if largest < 0x1p-100 {
		return 0, 0
	}
	scale = largest / 127
	return scale + 0*scale, 127 / largest
}
