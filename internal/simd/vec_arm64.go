//go:build !purego

package simd

func add(dst, a, b []float32) {
	if Active() == NEON {
		addNEON(dst, a, b)
		return
	}
	addGeneric(dst, a, b)
}

// addNEON adds b to a.
//
//go:noescape
func addNEON(dst, a, b []float32)

func scale(x []float32, s float32) {
	if Active() == NEON {
		scaleNEON(x, s)
		return
	}
	scaleGeneric(x, s)
}

// scaleNEON multiplies x by s.
//
//go:noescape
func scaleNEON(x []float32, s float32)

func dot(a, b []float32) float32 {
	if Active() == NEON {
		return dotNEON(a, b)
	}
	return dotGeneric(a, b)
}

// dotNEON returns the sum of the products.
//
//go:noescape
func dotNEON(a, b []float32) float32

func sumSquares(x []float32) float64 {
	if Active() == NEON {
		return sumSquaresNEON(x)
	}
	return sumSquaresGeneric(x)
}

// sumSquaresNEON returns the sum of the squares, added in float64.
//
//go:noescape
func sumSquaresNEON(x []float32) float64

func lerp(dst, src []float32, w float32) {
	if Active() == NEON {
		lerpNEON(dst, src, w)
		return
	}
	lerpGeneric(dst, src, w)
}

// lerpNEON moves dst towards src.
//
//go:noescape
func lerpNEON(dst, src []float32, w float32)
