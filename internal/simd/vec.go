package simd

import "iter"

// Add stores a + b in dst. The slices have equal length; dst may be a or b.
func Add[T Element](dst, a, b []T) {
	checkLen(len(dst), len(a))
	checkLen(len(dst), len(b))
	k := rowsOf[T]()
	for i, j := range blocks(len(dst)) {
		k.add(dst[i:j], a[i:j], b[i:j])
	}
}

// Scale multiplies every element of x by s.
func Scale(x []float32, s float32) {
	k := active.Load()
	for i, j := range blocks(len(x)) {
		k.floats.scale(x[i:j], s)
	}
}

// Dot returns the sum of the products of equal positions. The order of
// summation depends only on the length and the level.
func Dot(a, b []float32) float32 {
	checkLen(len(a), len(b))
	k := active.Load()
	var sum float32
	for i, j := range blocks(len(a)) {
		sum += k.floats.dot(a[i:j], b[i:j])
	}
	return sum
}

// SumSquares returns the sum of squares, accumulated in float64 in an order
// that depends only on the length and the level.
func SumSquares(x []float32) float64 {
	k := active.Load()
	var sum float64
	for i, j := range blocks(len(x)) {
		sum += k.floats.sumSquares(x[i:j])
	}
	return sum
}

// Lerp moves dst towards src: dst += w·(src - dst).
func Lerp(dst, src []float32, w float32) {
	checkLen(len(dst), len(src))
	k := active.Load()
	for i, j := range blocks(len(dst)) {
		k.floats.lerp(dst[i:j], src[i:j], w)
	}
}

// blocks cuts a vector as long as a model into pieces [i, j) of a few
// microseconds each: the scheduler cannot interrupt a call of an assembly
// kernel, and a collection of garbage waits for it.
func blocks(n int) iter.Seq2[int, int] {
	const size = 1 << 14
	return func(yield func(i, j int) bool) {
		for i := 0; i < n; i += size {
			if !yield(i, min(i+size, n)) {
				return
			}
		}
	}
}

func checkLen(want, have int) {
	if want != have {
		panic("simd: slices of different length")
	}
}

func addGeneric(dst, a, b []float32) {
	for i, v := range a {
		dst[i] = v + b[i]
	}
}

func scaleGeneric(x []float32, s float32) {
	for i := range x {
		x[i] *= s
	}
}

// dotGeneric keeps four sums: they bound the growth of the rounding error and
// let additions overlap.
func dotGeneric(a, b []float32) float32 {
	var s [4]float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s[0] += a[i] * b[i]
		s[1] += a[i+1] * b[i+1]
		s[2] += a[i+2] * b[i+2]
		s[3] += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s[0] += a[i] * b[i]
	}
	return s[0] + s[1] + (s[2] + s[3])
}

func sumSquaresGeneric(x []float32) float64 {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

func lerpGeneric(dst, src []float32, w float32) {
	for i, v := range src {
		dst[i] += w * (v - dst[i])
	}
}
