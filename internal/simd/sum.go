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

// sumBlock is the number of columns whose sums the portable code keeps at a
// time.
const sumBlock = 32

func sumRowsGeneric(dst, src []float32, index []int32, count, d int, scale float32, accumulate bool) {
	for ; len(index) > 0; index, dst = index[count:], dst[d:] {
		for j := 0; j < d; j += sumBlock {
			var block [sumBlock]float32
			sum := block[:min(sumBlock, d-j)]
			copy(sum, src[int(index[0])*d+j:])
			for _, r := range index[1:count] {
				for i, v := range src[int(r)*d+j:][:len(sum)] {
					sum[i] += v
				}
			}
			out := dst[j:][:len(sum)]
			for i, v := range sum {
				v = float32(scale * v) // the conversion forbids a fused multiply-add
				if accumulate {
					v += out[i]
				}
				out[i] = v
			}
		}
	}
}

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
