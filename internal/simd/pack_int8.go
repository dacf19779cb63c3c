package simd

import (
	"math"
	"unsafe"
)

// MaxInt8Depth is the length up to which a dot product of integers between -127 and 127
// fits 32 bits.
const MaxInt8Depth = math.MaxInt32 / (127 * 127)

// PackInt8 is [Packed.Pack] for products of 8-bit integers. The other operand of
// such a product is packed likewise, or a matrix of float32 numbers, whose rows or
// columns become integers on the way. The destination is float32. Dot products have
// [MaxInt8Depth] integers at most.
func (p *Packed) PackInt8(side Side, m Matrix[float32]) {
	p.shape(side, m)
	if p.k > MaxInt8Depth {
		panic("simd: product of integers too deep for 32 bits")
	}
	p.kind, p.bf16Data = int8Operand, nil
	if p.n == 0 || p.k == 0 {
		return
	}
	if p.kernels.quads != nil {
		p.data = nil
		p.quantized.quantize(p.kernels, side, m)
		return
	}
	if side == Right {
		m = m.T() // now a row for each scale
	}
	whole := make([]float32, p.n*p.k)
	p.quantized.scales = grow(p.quantized.scales, p.n)
	integers(whole, m, p.quantized.scales)
	m = Dense(whole, p.n, p.k)
	if side == Right {
		m = m.T()
	}
	p.pack(m)
}

// packQuads turns n rows of depth signed integers into one panel of the tile on
// quads: integer p of row j goes, with the offset, to dst[p/4*4*nr+4*j+p%4].
func (k *kernels) packQuads(dst []uint8, rows []int8, n, depth int) {
	t := k.quads
	k.packing.panels(asQuads(dst), Matrix[float32]{Data: asQuads(rows), Rows: t.pad(depth) / 4, Cols: n, RS: 1, CS: lines(depth) / 4}, t.nr)
	for i := range dst {
		dst[i] ^= t.offset
	}
}

// asQuads returns quads of integers in the guise of float32 numbers, which are
// only copied.
func asQuads[T int8 | uint8](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/4)
}
