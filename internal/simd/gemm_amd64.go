//go:build !purego

package simd

import "unsafe"

// The tiles of _asm/gemm/isa.go.
const (
	avx2Rows, avx2Cols     = 6, 16
	avx512Rows, avx512Cols = 14, 32
	amxRows, amxCols       = 128, 32 // by blocks of 32 x 32
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

// microkernelAMX does whole blocks of 32 rows, and the rest with tiles that have
// as many rows as there are.
func microkernelAMX(rows, cols, pairs int, a []BF16, ars, _ int, b []BF16, _ int, c []float32, rounded []BF16, ldc int, add bool) {
	var mode uint8
	if add {
		mode = modeAdd
	}
	out := unsafe.Pointer(unsafe.SliceData(c))
	ldc *= 4
	if c == nil {
		out, ldc, mode = unsafe.Pointer(unsafe.SliceData(rounded)), ldc/2, mode|modeBF16
	}
	for i := 0; i < rows; {
		config, n := amxPart(rows - i)
		tileAMX(config, n, cols, pairs/16, &a[i*ars], 2*ars, &b[0], unsafe.Add(out, i*ldc), ldc, mode)
		i += n
	}
}

// microkernelAMXInt8 is microkernelAMX for integers, which are signed on both
// sides: all sums start at zero.
func microkernelAMXInt8(rows, cols, quads int, a []int8, ars int, b []uint8, c []float32, ldc int, add bool, _ []int32, left, right []float32) {
	for i := 0; i < rows; {
		config, n := amxPart(rows - i)
		tileAMXInt8(config, n, cols, quads/16, &a[i*ars], ars, &b[0], &c[i*ldc], 4*ldc, &left[i], &right[0], add)
		i += n
	}
}

// amxBlock is the number of rows of two tiles.
const amxBlock = 32

// amxPart returns how many of the rows the tiles take in one shape, and that:
// whole blocks, or what is less than one.
func amxPart(rows int) (*tileConfig, int) {
	if rows < amxBlock {
		return &amxConfigs[rows-1], rows
	}
	return &amxConfigs[amxBlock-1], rows / amxBlock * amxBlock
}

// A tileConfig says how many rows, and bytes in them, each tile has, as
// LDTILECFG reads it.
type tileConfig struct {
	palette  uint8
	_        [15]uint8
	rowBytes [16]uint16
	rows     [16]uint8
}

// amxConfigs are those for each number of rows of a block.
var amxConfigs = makeTileConfigs()

// makeTileConfigs gives the tiles the parts that they have in _asm/gemm/amx.go:
// sums 0 and 1 and left operand 4 have the upper rows, 2, 3 and 5 the lower.
func makeTileConfigs() (configs [amxBlock]tileConfig) {
	for i := range configs {
		upper := uint8(min(i+1, 16))
		lower := uint8(i+1) - upper
		configs[i] = tileConfig{palette: 1, rows: [16]uint8{upper, upper, lower, lower, upper, lower, 16, 16}}
		for tile, n := range configs[i].rows {
			if n > 0 {
				configs[i].rowBytes[tile] = 64
			}
		}
	}
	return configs
}

//go:noescape
func tileAMX(config *tileConfig, rows, cols, steps int, a *BF16, ars int, b *BF16, c unsafe.Pointer, ldc int, mode uint8)

//go:noescape
func tileAMXInt8(config *tileConfig, rows, cols, steps int, a *int8, ars int, b *uint8, c *float32, ldc int, left, right *float32, add bool)

// The ceilings give the tiles their full size.

func ceilingAMX(n int)     { ceilingTilesAMX(&amxConfigs[amxBlock-1], n) }
func ceilingAMXInt8(n int) { ceilingTilesAMXInt8(&amxConfigs[amxBlock-1], n) }

//go:noescape
func ceilingTilesAMX(config *tileConfig, n int)

//go:noescape
func ceilingTilesAMXInt8(config *tileConfig, n int)

func microkernelAVX512VNNI(rows, cols, quads int, a []int8, ars int, b []uint8, c []float32, ldc int, add bool, start []int32, left, right []float32) {
	tileAVX512VNNI(rows, cols, quads, &a[0], ars, 4, &b[0], 4*avx512Cols, &c[0], ldc, &start[0], &left[0], &right[0], add)
}

//go:noescape
func tileAVX512VNNI(rows, cols, k int, a *int8, ars, acs int, b *uint8, bs int, c *float32, ldc int, start *int32, left, right *float32, add bool)

func ceilingAVX2(n int)
func ceilingAVX512(n int)
func ceilingAVX512BF16(n int)
func ceilingAVX512VNNI(n int)
