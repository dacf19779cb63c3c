//go:build !purego

package simd

// packChunk bounds the rows that one call of a packing kernel copies: assembly
// cannot be preempted.
const packChunk = 256

// packRunsAVX2 has a kernel for the width of each panel of the tiles.
func packRunsAVX2(dst []float32, m Matrix[float32], w, panels int) {
	if panels == 0 {
		return
	}
	next := w * m.Rows
	for p := 0; p < m.Rows; p += packChunk {
		rows := min(packChunk, m.Rows-p)
		src, d := &m.Data[p*m.RS], &dst[p*w]
		switch w {
		case 6:
			packRuns6AVX2(rows, panels, src, m.RS, d, next)
		case 14:
			packRuns14AVX2(rows, panels, src, m.RS, d, next)
		case 16:
			packRuns16AVX2(rows, panels, src, m.RS, d, next)
		case 32:
			packRuns32AVX2(rows, panels, src, m.RS, d, next)
		default:
			packRunsGeneric(dst, m, w, panels)
			return
		}
	}
}

// transposeAVX2 does whole eights of rows.
func transposeAVX2(dst []float32, m Matrix[float32], w int) (done int) {
	for done+8 <= m.Rows {
		n := min(packChunk, m.Rows-done) / 8
		transpose8AVX2(n, &m.Data[done], m.CS, &dst[done*w], w)
		done += n * 8
	}
	return done
}

// interleavePairsAVX512 interleaves pairs of rows, the last of which may be alone.
func interleavePairsAVX512(dst []BF16, step int, m Matrix[BF16]) {
	for p := 0; p < m.Rows; p += packChunk {
		interleaveAVX512(min(packChunk, m.Rows-p), m.Cols, &m.Data[p*m.RS], m.RS, &dst[p/2*step], step)
	}
}

//go:noescape
func packRuns6AVX2(rows, panels int, src *float32, stride int, dst *float32, next int)

//go:noescape
func packRuns14AVX2(rows, panels int, src *float32, stride int, dst *float32, next int)

//go:noescape
func packRuns16AVX2(rows, panels int, src *float32, stride int, dst *float32, next int)

//go:noescape
func packRuns32AVX2(rows, panels int, src *float32, stride int, dst *float32, next int)

//go:noescape
func transpose8AVX2(blocks int, src *float32, stride int, dst *float32, w int)

//go:noescape
func interleaveAVX512(rows, cols int, src *BF16, stride int, dst *BF16, step int)
