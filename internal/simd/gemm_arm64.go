//go:build !purego

package simd

// The tile of gemm_arm64.s. It fits NEON's 32 registers, and a vector of the
// left operand is loaded for every three multiply-adds.
const neonRows, neonCols = 8, 12

func microkernelNEON(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	if cols == neonCols {
		tileNEON(rows, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
		return
	}
	var t [neonRows * neonCols]float32
	tileNEON(rows, k, &a[0], ars, acs, &b[0], bs, &t[0], neonCols, false)
	storeTile(t[:], neonCols, rows, cols, c, ldc, add)
}

//go:noescape
func tileNEON(rows, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

func ceilingNEON(n int)
