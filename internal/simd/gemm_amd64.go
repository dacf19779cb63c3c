//go:build !purego

package simd

import "unsafe"

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
// microkernelPairs computes a tile of products of pairs: the sum over p < pairs
// and q < 2 of a[i*ars+p*acs+q] * b[p*bs+2*j+q], in c, or rounded in rounded,
// row stride ldc.
func microkernelPairs(rows, cols, pairs int, a []BF16, ars, acs int, b []BF16, bs int, c []float32, rounded []BF16, ldc int, add bool) {
	var mode uint8
	if add {
		mode = modeAdd
	}
	if c != nil {
		tileAVX512BF16(rows, cols, pairs, &a[0], ars, acs, &b[0], bs, unsafe.Pointer(&c[0]), 4*ldc, mode)
		return
	}
	tileAVX512BF16(rows, cols, pairs, &a[0], ars, acs, &b[0], bs, unsafe.Pointer(&rounded[0]), 2*ldc, mode|modeBF16)
}

// The modes of tileAVX512BF16, as in _asm/gemm/tile.go.
const (
	modeAdd  = 1
	modeBF16 = 2
)

//go:noescape
func tileAVX512BF16(rows, cols, k int, a *BF16, ars, acs int, b *BF16, bs int, c unsafe.Pointer, ldc int, mode uint8)

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

// ceilingPairs runs the loop of CeilingBF16.
func ceilingPairs(n int) { ceilingAVX512BF16(n) }

//go:noescape
func ceilingAVX512BF16(n int)

//go:noescape
func ceilingAVX2(n int)
