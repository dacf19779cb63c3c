//go:build !purego

package simd

// The tile of gemm_arm64.s. It fits NEON's 32 registers, and a vector of the
// left operand is loaded for every three multiply-adds.
const neonRows, neonCols = 8, 12

var neonTile = tile{mr: neonRows, nr: neonCols, inPlace: 4 * neonRows}

func tileOf(l Level) tile {
	if l == NEON {
		return neonTile
	}
	return genericTile
}

// microkernel computes the tile of rows x cols numbers at c, row stride ldc:
// the sum over p < k of a[i*ars+p*acs] * b[p*bs+j], added to what is there
// with add. It may read a whole tile's width of b.
func microkernel(l Level, rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	switch {
	case l != NEON:
		microkernelGeneric(rows, cols, k, a, ars, acs, b, bs, c, ldc, add)
	case cols == neonCols:
		tileNEON(rows, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
	default:
		var t [neonRows * neonCols]float32
		tileNEON(rows, k, &a[0], ars, acs, &b[0], bs, &t[0], neonCols, false)
		storeTile(t[:], neonCols, rows, cols, c, ldc, add)
	}
}

// ceiling runs the loop of CeilingFMA.
func ceiling(l Level, n int, sums *[ceilingChains]float32) {
	if l == NEON {
		ceilingNEON(n)
		return
	}
	ceilingGeneric(n, sums)
}

//go:noescape
func tileNEON(rows, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

//go:noescape
func ceilingNEON(n int)
