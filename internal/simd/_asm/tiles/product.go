//go:build linux && amd64

package main

import (
	"encoding/binary"
	"math"
)

// product adds the product of two tiles to a third one.
func (t *tiles) product(in instruction) error {
	if in.dst == in.left || in.dst == in.right || in.left == in.right {
		return undefined("tiles %d, %d and %d are not three", in.dst, in.left, in.right)
	}
	for _, i := range []int{in.dst, in.left, in.right} {
		if err := t.checkNumbers(i); err != nil {
			return err
		}
	}
	dst, left, right := &t[in.dst], &t[in.left], &t[in.right]
	if dst.rows != left.rows || dst.bytes != right.bytes || left.bytes/4 != right.rows {
		return undefined("a tile of %d x %d bytes is no product of %d x %d and %d x %d", dst.rows, dst.bytes, left.rows, left.bytes, right.rows, right.bytes)
	}
	switch in.op {
	case tdpbf16ps:
		addPairs(dst, left, right)
	case tdpbssd:
		addQuads(dst, left, right, signed, signed)
	case tdpbsud:
		addQuads(dst, left, right, signed, unsigned)
	case tdpbusd:
		addQuads(dst, left, right, unsigned, signed)
	case tdpbuud:
		addQuads(dst, left, right, unsigned, unsigned)
	}
	return nil
}

// addPairs adds to float32 numbers the products of pairs of bfloat16 numbers:
// those of even and of odd numbers are summed apart, by fused operations, and both
// sums together added to what is there. Rounding is to nearest even, and denormal
// numbers are zeros wherever they come from.
func addPairs(dst, left, right *tile) {
	var b [maxRows][maxBytes / 2]float64
	for k := range right.rows {
		bf16s(&b[k], &right.data[k])
	}
	for i := range dst.rows {
		var a [maxBytes / 2]float64
		bf16s(&a, &left.data[i])
		var sums [maxBytes / 2]float32
		for k := range right.rows {
			for j := range dst.bytes / 2 {
				sums[j] = flush(float64(sums[j]) + a[2*k+j%2]*b[k][j])
			}
		}
		for j := range dst.bytes / 4 {
			number := dst.data[i][4*j : 4*j+4]
			sum := flush(float64(sums[2*j]) + float64(sums[2*j+1]))
			old := flush(float64(math.Float32frombits(binary.LittleEndian.Uint32(number))))
			binary.LittleEndian.PutUint32(number, math.Float32bits(flush(float64(old)+float64(sum))))
		}
	}
}

// bf16s reads a row of bfloat16 numbers.
func bf16s(dst *[maxBytes / 2]float64, row *[maxBytes]byte) {
	for i := range dst {
		dst[i] = float64(flush(float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(row[2*i:])) << 16))))
	}
}

// flush rounds to float32, and to zero what is denormal after rounding to the
// digits of one. The sum of a float32 number and a product of two bfloat16 ones,
// or of another, comes out as from a single rounding: float64 has the digits of
// both and two more.
func flush(v float64) float32 {
	if math.Abs(v) < 0x1p-126-0x1p-151 {
		return float32(math.Copysign(0, v))
	}
	return float32(v)
}

// addQuads adds to 32-bit integers, without saturation, the products of quads of
// 8-bit ones.
func addQuads(dst, left, right *tile, leftOf, rightOf func(byte) int32) {
	var b [maxRows][maxBytes]int32
	for k := range right.rows {
		integers(&b[k], &right.data[k], rightOf)
	}
	for i := range dst.rows {
		var a [maxBytes]int32
		integers(&a, &left.data[i], leftOf)
		for j := range dst.bytes / 4 {
			number := dst.data[i][4*j : 4*j+4]
			sum := binary.LittleEndian.Uint32(number)
			for k := range right.rows {
				for q := range 4 {
					sum += uint32(a[4*k+q] * b[k][4*j+q])
				}
			}
			binary.LittleEndian.PutUint32(number, sum)
		}
	}
}

func integers(dst *[maxBytes]int32, row *[maxBytes]byte, of func(byte) int32) {
	for i, v := range row {
		dst[i] = of(v)
	}
}

func signed(v byte) int32   { return int32(int8(v)) }
func unsigned(v byte) int32 { return int32(v) }
