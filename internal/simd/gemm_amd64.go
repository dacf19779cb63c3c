//go:build !purego

package simd

//go:generate go -C _asm run ./gemm -out ../gemm_amd64.s

// The tiles of _asm/gemm/isa.go.
var (
	avx512Tile = tile{mr: 14, nr: 32, inPlace: 224, leftInPlace: true}
	avx2Tile   = tile{mr: 6, nr: 16, inPlace: 24}
)

func tileOf(l Level) tile {
	switch l {
	case AVX512, AVX512BF16:
		return avx512Tile
	case AVX2:
		return avx2Tile
	default:
		return genericTile
	}
}

// microkernel computes the tile of rows x cols numbers at c, row stride ldc:
// the sum over p < k of a[i*ars+p*acs] * b[p*bs+j], added to what is there
// with add. It may read a whole tile's width of b.
func microkernel(l Level, rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	switch l {
	case AVX512, AVX512BF16:
		tileAVX512(rows, cols, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
	case AVX2:
		if cols == avx2Tile.nr {
			tileAVX2(rows, cols, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
			return
		}
		var t [6 * 16]float32
		tileAVX2(rows, cols, k, &a[0], ars, acs, &b[0], bs, &t[0], avx2Tile.nr, false)
		storeTile(t[:], avx2Tile.nr, rows, cols, c, ldc, add)
	default:
		microkernelGeneric(rows, cols, k, a, ars, acs, b, bs, c, ldc, add)
	}
}

// tileAVX512 and tileAVX2 are generated. cols chooses between one and two
// vectors; tileAVX2 reads and writes whole vectors of c, tileAVX512 only cols
// columns.
//
//go:noescape
func tileAVX512(rows, cols, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

//go:noescape
func tileAVX2(rows, cols, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

// ceiling runs the loop of CeilingFMA.
func ceiling(l Level, n int, sums *[ceilingChains]float32) {
	switch l {
	case AVX512, AVX512BF16:
		ceilingAVX512(n)
	case AVX2:
		ceilingAVX2(n)
	default:
		ceilingGeneric(n, sums)
	}
}

//go:noescape
func ceilingAVX512(n int)

//go:noescape
func ceilingAVX2(n int)
