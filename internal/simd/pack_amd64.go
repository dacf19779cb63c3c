//go:build !purego

package simd

// packChunk bounds the rows that one call of a packing kernel copies: assembly
// cannot be preempted.
const packChunk = 256

// packRuns copies whole panels from a matrix whose rows are contiguous: see
// packRunsGeneric. The width of the panels tells the level.
func packRuns(dst []float32, m Matrix[float32], w, panels int) {
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

// transpose8 stores the transpose of m, eight contiguous columns, in rows w
// apart, and returns the number of rows it did. The portable level, which must
// not come here, has panels of fewer than eight columns.
func transpose8(dst []float32, m Matrix[float32], w int) (done int) {
	for done+8 <= m.Rows {
		n := min(packChunk, m.Rows-done) / 8
		transpose8AVX2(n, &m.Data[done], m.CS, &dst[done*w], w)
		done += n * 8
	}
	return done
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
