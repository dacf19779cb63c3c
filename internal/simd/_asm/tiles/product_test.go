//go:build linux && amd64

package main

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// randomTiles returns tiles 0, of rows x columns sums, 1 and 2, of bytes from fill.
func randomTiles(t *testing.T, r *rand.Rand, rows, columns, depth int, fill func(t *tile)) *tiles {
	ts := configured(t, shape{rows, 4 * columns}, shape{rows, 4 * depth}, shape{depth, 4 * columns})
	for i := range 3 {
		var full tile
		fill(&full)
		for row := range ts[i].rows {
			copy(ts[i].data[row][:ts[i].bytes], full.data[row][:])
		}
	}
	return ts
}

// shapes calls f with the largest shape of a product, the least, and others.
func shapes(r *rand.Rand, f func(rows, columns, depth int)) {
	f(16, 16, 16)
	f(1, 1, 1)
	for range 20 {
		f(1+r.IntN(16), 1+r.IntN(16), 1+r.IntN(16))
	}
}

func TestQuads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	asSigned, asUnsigned := func(v byte) int64 { return int64(int8(v)) }, func(v byte) int64 { return int64(v) }
	for _, c := range []struct {
		op          op
		left, right func(byte) int64
	}{
		{tdpbssd, asSigned, asSigned},
		{tdpbsud, asSigned, asUnsigned},
		{tdpbusd, asUnsigned, asSigned},
		{tdpbuud, asUnsigned, asUnsigned},
	} {
		shapes(r, func(rows, columns, depth int) {
			ts := randomTiles(t, r, rows, columns, depth, func(t *tile) {
				for i := range t.data {
					for j := range t.data[i] {
						t.data[i][j] = byte(r.Uint32())
					}
				}
			})
			want := *ts
			for i := range rows {
				for j := range columns {
					at := want[0].data[i][4*j:]
					sum := int64(int32(binary.LittleEndian.Uint32(at)))
					for k := range 4 * depth {
						sum += c.left(ts[1].data[i][k]) * c.right(ts[2].data[k/4][4*j+k%4])
					}
					binary.LittleEndian.PutUint32(at, uint32(sum)) // wraps
				}
			}
			if err := ts.execute(instruction{op: c.op, left: 1, right: 2}, new(registers), nil); err != nil || *ts != want {
				t.Errorf("%s, %d x %d x %d: %v, or other numbers", c.op, rows, depth, columns, err)
			}
		})
	}
}

// randomBF16 returns a number of a scale, or now and then a denormal one or zero.
func randomBF16(r *rand.Rand, scale int) uint16 {
	bits := uint16(r.Uint32())
	switch r.IntN(8) {
	case 0:
		return bits & 0x807f
	case 1:
		return bits & 0x8000
	default:
		exponent := 127 + scale + r.IntN(24) - 12
		return bits&0x807f | uint16(max(0, min(254, exponent)))<<7
	}
}

func TestPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, scale := range []int{0, -63, -70, 58} { // the products are around 1, the least and the greatest numbers
		shapes(r, func(rows, columns, depth int) {
			ts := randomTiles(t, r, rows, columns, depth, func(t *tile) {
				for i := range t.data {
					for j := range maxBytes / 2 {
						binary.LittleEndian.PutUint16(t.data[i][2*j:], randomBF16(r, scale))
					}
				}
			})
			for i := range rows { // sums are of the size of products
				for j := range columns {
					binary.LittleEndian.PutUint32(ts[0].data[i][4*j:], uint32(randomBF16(r, 2*scale))<<16|r.Uint32()>>16)
				}
			}
			var want [maxRows][maxBytes / 4]float32
			for i := range rows {
				for j := range columns {
					want[i][j] = pairSum(&ts[1].data[i], &ts[2], j, depth, ts[0].float32(i, j))
				}
			}
			if err := ts.execute(instruction{op: tdpbf16ps, left: 1, right: 2}, new(registers), nil); err != nil {
				t.Fatal(err)
			}
			for i := range maxRows {
				for j := range maxBytes / 4 {
					if got := ts[0].float32(i, j); !same(got, want[i][j]) {
						t.Errorf("%d x %d x %d, scale %d: sum %d, %d is %v, want %v", rows, depth, columns, scale, i, j, got, want[i][j])
					}
				}
			}
		})
	}
}

func (t *tile) float32(row, column int) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(t.data[row][4*column:]))
}

// same compares bits, but for those of NaNs.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// What is denormal is so after rounding, as if exponents had no end.
func TestFlush(t *testing.T) {
	const least, half = 0x1p-126, 0x1p-151 // half a digit below the least normal number
	for _, c := range []struct {
		v    float64
		want float32
	}{
		{least, least},
		{least - half, least},
		{math.Nextafter(least-half, 0), 0},
		{least - 2*half, 0},
		{0x1p-149, 0},
		{1 + 0x1p-24, 1},
		{1 + 0x1p-24 + 0x1p-52, 1 + 0x1p-23},
		{math.MaxFloat32 + 0x1p103, float32(math.Inf(1))},
		{math.Inf(1), float32(math.Inf(1))},
		{math.NaN(), float32(math.NaN())},
	} {
		for _, sign := range []float64{1, -1} {
			want := float32(math.Copysign(float64(c.want), sign))
			if got := flush(math.Copysign(c.v, sign)); !same(got, want) {
				t.Errorf("%v: %v, want %v", sign*c.v, got, want)
			}
		}
	}
}

// pairSum is what a sum becomes, by a row on the left and column j on the right.
func pairSum(row *[maxBytes]byte, right *tile, j, depth int, old float32) float32 {
	var sums [2]float32
	for k := range depth {
		for q := range 2 {
			x := math.Float32frombits(uint32(binary.LittleEndian.Uint16(row[4*k+2*q:])) << 16)
			y := math.Float32frombits(uint32(binary.LittleEndian.Uint16(right.data[k][4*j+2*q:])) << 16)
			sums[q] = fused(x, y, sums[q])
		}
	}
	return fused(fused(sums[1], 1, sums[0]), 1, old)
}

// fused returns x*y + z, rounded once to nearest even, with denormal numbers taken
// for zeros and made zeros of their sign.
func fused(x, y, z float32) float32 {
	if infinite := float32(math.Inf(1)); !(max(abs32(x), abs32(y), abs32(z)) < infinite) {
		return float32(float64(x)*float64(y) + float64(z)) // the product of finite numbers is finite
	}
	exact := func(v float32) *big.Float {
		if abs32(v) < 0x1p-126 {
			v *= 0
		}
		return new(big.Float).SetPrec(1000).SetFloat64(float64(v))
	}
	sum := new(big.Float).SetPrec(1000).Mul(exact(x), exact(y))
	sum.Add(sum, exact(z)).SetPrec(24)
	if least := big.NewFloat(0x1p-126); new(big.Float).Abs(sum).Cmp(least) < 0 {
		sum.Mul(sum, new(big.Float)) // keeps its sign
	}
	v, _ := sum.Float32()
	return v
}

func abs32(v float32) float32 { return float32(math.Abs(float64(v))) }
