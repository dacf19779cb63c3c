//go:build !purego

package simd

// interleave stores pairs of adjacent rows of m, of at most pairCols columns,
// in dst: number (p, j) at dst[p/2*step+2*j+p%2]. A missing last row is zero.
// It is for the level that has a kernel on pairs.
func interleave(dst []BF16, step int, m Matrix[BF16]) {
	for p := 0; p < m.Rows; p += packChunk {
		interleaveAVX512(min(packChunk, m.Rows-p), m.Cols, &m.Data[p*m.RS], m.RS, &dst[p/2*step], step)
	}
}

//go:noescape
func interleaveAVX512(rows, cols int, src *BF16, stride int, dst *BF16, step int)
