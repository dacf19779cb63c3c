package simd

// Rope rotates the vectors of one or more heads by their position's angles:
// with halves x1 and x2 of a head, (x1·cos - x2·sin, x2·cos + x1·sin). cos and
// sin have half the length of a head; x holds the heads one after another.
// Negated sines undo the rotation.
func Rope[T Element](x []T, cos, sin []float32) {
	checkLen(len(cos), len(sin))
	checkCols(len(x), 2*len(cos))
	rowsOf[T]().rope(x, cos, sin)
}

func ropeGeneric(x, cos, sin []float32) {
	half := len(cos)
	sin = sin[:half]
	for ; len(x) > 0; x = x[2*half:] {
		x1, x2 := x[:half], x[half:2*half]
		for i, c := range cos {
			a, b, s := x1[i], x2[i], sin[i]
			x1[i] = a*c - b*s
			x2[i] = b*c + a*s
		}
	}
}

func ropeBF16Generic(x []BF16, cos, sin []float32) {
	half := len(cos)
	for ; len(x) > 0; x = x[2*half:] {
		x1, x2 := x[:half], x[half:2*half]
		for i, c := range cos {
			a, b, s := x1[i].Float32(), x2[i].Float32(), sin[i]
			x1[i] = ToBF16(a*c - b*s)
			x2[i] = ToBF16(b*c + a*s)
		}
	}
}
