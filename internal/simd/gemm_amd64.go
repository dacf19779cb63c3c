//go:build !purego

package simd

import "unsafe"

// The tiles of _asm/gemm/isa.go.
const (
	avx2Rows, avx2Cols     = 6, 16
	avx512Rows, avx512Cols = 14, 32
)

// cols chooses between one and two vectors; tileAVX2 reads and writes whole
// vectors of c, tileAVX512 only cols columns.

func microkernelAVX2(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	if cols == avx2Cols {
		tileAVX2(rows, cols, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
		return
	}
	var t [avx2Rows * avx2Cols]float32
	tileAVX2(rows, cols, k, &a[0], ars, acs, &b[0], bs, &t[0], avx2Cols, false)
	storeTile(t[:], avx2Cols, rows, cols, c, ldc, add)
}

//go:noescape
func tileAVX2(rows, cols, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

func microkernelAVX512(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	tileAVX512(rows, cols, k, &a[0], ars, acs, &b[0], bs, &c[0], ldc, add)
}

//go:noescape
func tileAVX512(rows, cols, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)

func microkernelAVX512BF16(rows, cols, pairs int, a []BF16, ars, acs int, b []BF16, bs int, c []float32, rounded []BF16, ldc int, add bool) {
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

func microkernelAVX512VNNI(rows, cols, quads int, a []int8, ars int, b []uint8, c []float32, ldc int, add bool, start []int32, left, right []float32) {
	tileAVX512VNNI(rows, cols, quads, &a[0], ars, 4, &b[0], 4*avx512Cols, &c[0], ldc, &start[0], &left[0], &right[0], add)
}

//go:noescape
func tileAVX512VNNI(rows, cols, k int, a *int8, ars, acs int, b *uint8, bs int, c *float32, ldc int, start *int32, left, right *float32, add bool)

func ceilingAVX2(n int)
func ceilingAVX512(n int)
func ceilingAVX512BF16(n int)
func ceilingAVX512VNNI(n int)
