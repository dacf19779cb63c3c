package simd

import (
	"fmt"
	"slices"
	"unsafe"
)

// A RowIndex names, for each of some sums, the rows of a matrix to add. It does
// not change and may be shared.
type RowIndex struct {
	index       []int32
	count       int // rows in a sum
	sums, limit int // of rows that it is for
}

// NewRowIndex returns the index of sums of count rows each, whose numbers follow
// one another in index; the matrix has n rows. The index is copied.
func NewRowIndex(index []int32, count, n int) (RowIndex, error) {
	if count < 1 {
		return RowIndex{}, fmt.Errorf("simd: sums of %d rows", count)
	}
	if len(index)%count != 0 {
		return RowIndex{}, fmt.Errorf("simd: %d rows do not make sums of %d", len(index), count)
	}
	for i, r := range index {
		if r < 0 || int(r) >= n {
			return RowIndex{}, fmt.Errorf("simd: row %d of sum %d does not exist: have %d rows", r, i/count, n)
		}
	}
	return RowIndex{index: slices.Clone(index), count: count, sums: len(index) / count, limit: n}, nil
}

// Sums returns the number of sums.
func (x *RowIndex) Sums() int { return x.sums }

// Part returns the index of sums [from, to).
func (x *RowIndex) Part(from, to int) RowIndex {
	return RowIndex{index: x.index[from*x.count : to*x.count], count: x.count, sums: to - from, limit: x.limit}
}

// Rows returns the rows of a sum, which must not be changed.
func (x *RowIndex) Rows(sum int) []int32 { return x.index[sum*x.count : (sum+1)*x.count] }

// SumRows stores in each row of dst, of d numbers, scale times the sum of the
// rows of src that x names for it, or adds that to what is there with
// accumulate. dst and src must not overlap.
//
// The rows of a sum are added in the order of x, in float32 whatever the type of
// the numbers; the sum is multiplied, then added to dst, with a rounding to
// float32 after each operation, and once more to bfloat16 where dst is. So all
// levels give the same bits, but for the payloads of NaN and for denormal
// bfloat16 results.
func SumRows[T Element](dst, src []T, x *RowIndex, d int, scale float32, accumulate bool) {
	checkLen(len(dst), x.sums*d)
	checkLen(len(src), x.limit*d)
	if len(dst) == 0 {
		return
	}
	checkApart(dst, src)
	sum := rowsOf[T]().sumRows
	step := sumsPerCall(x.count * d)
	for i := 0; i < x.sums; i += step {
		j := min(i+step, x.sums)
		sum(dst[i*d:j*d], src, x.index[i*x.count:j*x.count], x.count, d, scale, accumulate)
	}
}

// sumsPerCall returns how many sums of so many numbers take a few microseconds,
// as blocks has it.
func sumsPerCall(numbers int) int {
	const most = 1 << 17
	return max(1, most/numbers)
}

// checkApart panics if two slices, not empty, share memory.
func checkApart[T Element](a, b []T) {
	first := func(x []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }
	last := func(x []T) uintptr { return uintptr(unsafe.Pointer(&x[len(x)-1])) }
	if first(a) <= last(b) && first(b) <= last(a) {
		panic("simd: destination and source overlap")
	}
}

func sumRowsGeneric(dst, src []float32, index []int32, count, d int, scale float32, accumulate bool) {
	whole := d &^ 7
	for ; len(index) > 0; index, dst = index[count:], dst[d:] {
		rows := index[:count]
		for j := 0; j < whole; j += 8 {
			sumEightColumns((*[8]float32)(dst[j:]), src[j:], rows, d, scale, accumulate)
		}
		for j := whole; j < d; j++ {
			v := src[int(rows[0])*d+j]
			for _, r := range rows[1:] {
				v += src[int(r)*d+j]
			}
			v = float32(scale * v) // the conversion forbids a fused multiply-add
			if accumulate {
				v += dst[j]
			}
			dst[j] = v
		}
	}
}

// sumEightColumns keeps the sums of the first columns in registers.
func sumEightColumns(dst *[8]float32, src []float32, rows []int32, d int, scale float32, accumulate bool) {
	v := (*[8]float32)(src[int(rows[0])*d:])
	s0, s1, s2, s3, s4, s5, s6, s7 := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	for _, r := range rows[1:] {
		v := (*[8]float32)(src[int(r)*d:])
		s0 += v[0]
		s1 += v[1]
		s2 += v[2]
		s3 += v[3]
		s4 += v[4]
		s5 += v[5]
		s6 += v[6]
		s7 += v[7]
	}
	s0 = float32(scale * s0)
	s1 = float32(scale * s1)
	s2 = float32(scale * s2)
	s3 = float32(scale * s3)
	s4 = float32(scale * s4)
	s5 = float32(scale * s5)
	s6 = float32(scale * s6)
	s7 = float32(scale * s7)
	if accumulate {
		s0 += dst[0]
		s1 += dst[1]
		s2 += dst[2]
		s3 += dst[3]
		s4 += dst[4]
		s5 += dst[5]
		s6 += dst[6]
		s7 += dst[7]
	}
	*dst = [...]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}

// sumBlock is the number of columns whose sums are widened at a time.
const sumBlock = 32

func sumRowsBF16Generic(dst, src []BF16, index []int32, count, d int, scale float32, accumulate bool) {
	for ; len(index) > 0; index, dst = index[count:], dst[d:] {
		for j := 0; j < d; j += sumBlock {
			var block [sumBlock]float32
			sum := block[:min(sumBlock, d-j)]
			widenGeneric(sum, src[int(index[0])*d+j:][:len(sum)])
			for _, r := range index[1:count] {
				for i, v := range src[int(r)*d+j:][:len(sum)] {
					sum[i] += v.Float32()
				}
			}
			out := dst[j:][:len(sum)]
			for i, v := range sum {
				v = float32(scale * v)
				if accumulate {
					v += out[i].Float32()
				}
				out[i] = ToBF16(v)
			}
		}
	}
}
