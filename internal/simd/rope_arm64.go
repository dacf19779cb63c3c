//go:build !purego

package simd

func rope(x, cos, sin []float32) {
	if Active() == NEON {
		ropeNEON(x, cos, sin)
		return
	}
	ropeGeneric(x, cos, sin)
}

// ropeNEON rotates the heads of x.
//
//go:noescape
func ropeNEON(x, cos, sin []float32)
