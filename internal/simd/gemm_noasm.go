//go:build purego || !(amd64 || arm64)

package simd

func tileOf(Level) tile { return genericTile }

// microkernel computes the tile of rows x cols numbers at c, row stride ldc:
// the sum over p < k of a[i*ars+p*acs] * b[p*bs+j], added to what is there
// with add. It may read a whole tile's width of b.
func microkernel(_ Level, rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	microkernelGeneric(rows, cols, k, a, ars, acs, b, bs, c, ldc, add)
}

// ceiling runs the loop of CeilingFMA.
func ceiling(_ Level, n int, sums *[ceilingChains]float32) { ceilingGeneric(n, sums) }
