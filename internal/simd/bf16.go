package simd

import "math"

// BF16 is a bfloat16 number: the upper half of a float32.
type BF16 uint16

// Element is a type of activations and operands.
type Element interface{ float32 | BF16 }

func isBF16[T Element]() bool {
	_, ok := any(*new(T)).(BF16)
	return ok
}

// Float32 returns the number exactly.
func (b BF16) Float32() float32 { return math.Float32frombits(uint32(b) << 16) }

// ToBF16 rounds to the nearest bfloat16 number, to the even one of two. A NaN
// keeps its sign and the upper bits of its payload, and becomes quiet, as the
// instructions of CPUs do it. [Convert] gives the same bits at every level, but
// for denormal numbers.
func ToBF16(x float32) BF16 {
	u := math.Float32bits(x)
	if x != x {
		return BF16(u>>16 | 1<<6) // a set bit among the upper seven keeps it a NaN
	}
	return BF16((u + 0x7fff + u>>16&1) >> 16)
}

// rounded returns x rounded to bfloat16.
func rounded(x float32) float32 { return ToBF16(x).Float32() }

// Convert stores the numbers of src in dst, rounded if they have to be.
func Convert[D, S Element](dst []D, src []S) {
	checkLen(len(dst), len(src))
	switch dst := any(dst).(type) {
	case []float32:
		if src, ok := any(src).([]BF16); ok {
			widen := active.Load().bf16.widen
			for i, j := range blocks(len(dst)) {
				widen(dst[i:j], src[i:j])
			}
			return
		}
		copy(dst, any(src).([]float32))
	case []BF16:
		if src, ok := any(src).([]float32); ok {
			round := active.Load().bf16.round
			for i, j := range blocks(len(dst)) {
				round(dst[i:j], src[i:j])
			}
			return
		}
		copy(dst, any(src).([]BF16))
	}
}

// ConvertRows is [Convert] for matrices of the same shape with contiguous rows.
func ConvertRows[D, S Element](dst Matrix[D], src Matrix[S]) {
	for i := range src.Rows {
		Convert(dst.Data[i*dst.RS:][:dst.Cols], src.Data[i*src.RS:][:src.Cols])
	}
}

func widenGeneric(dst []float32, src []BF16) {
	for i, v := range src {
		dst[i] = v.Float32()
	}
}

func roundGeneric(dst []BF16, src []float32) {
	for i, v := range src {
		dst[i] = ToBF16(v)
	}
}
