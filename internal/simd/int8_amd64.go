//go:build !purego

package simd

// The kernels on 8-bit integers.

// microkernelQuads computes a tile of products of integers at c, row stride ldc:
// (start[i] + the sum over p < quads and q < 4 of a[i*ars+4*p+q] *
// b[p*4*pairCols+4*j+q]) * left[i] * right[j], added to what is there with add.
func microkernelQuads(rows, cols, quads int, a []int8, ars int, b []uint8, c []float32, ldc int, add bool, start []int32, left, right []float32) {
	tileAVX512VNNI(rows, cols, quads, &a[0], ars, 4, &b[0], 4*pairCols, &c[0], ldc, &start[0], &left[0], &right[0], add)
}

//go:noescape
func tileAVX512VNNI(rows, cols, k int, a *int8, ars, acs int, b *uint8, bs int, c *float32, ldc int, start *int32, left, right *float32, add bool)

// quantizeRows stores the integers of contiguous rows, each padded to quads.
func quantizeRows(dst []int8, m Matrix[float32], scales []float32, start []int32) {
	quantizeRowsAVX512(m.Rows, m.Cols, &m.Data[0], m.RS, &dst[0], quads(m.Cols), &scales[0], &start[0])
}

//go:noescape
func quantizeRowsAVX512(rows, k int, src *float32, stride int, dst *int8, next int, scales *float32, start *int32)

// quantizePanel stores the integers of at most pairCols columns of a matrix whose
// rows are contiguous.
func quantizePanel(dst []uint8, m Matrix[float32], scales []float32) {
	quantizePanelAVX512(m.Rows, m.Cols, &m.Data[0], m.RS, &dst[0], &scales[0])
}

//go:noescape
func quantizePanelAVX512(k, cols int, src *float32, stride int, dst *uint8, scales *float32)

// ceilingQuads runs the loop of CeilingInt8.
func ceilingQuads(n int) { ceilingAVX512VNNI(n) }

//go:noescape
func ceilingAVX512VNNI(n int)
