//go:build !purego

package simd

func adamATan2(p, m, v, g []float32, w1, w2, decay, step, correction2 float32) {
	if Active() == NEON {
		adamATan2NEON(p, m, v, g, w1, w2, decay, step, correction2)
		return
	}
	adamATan2Generic(p, m, v, g, w1, w2, decay, step, correction2)
}

// adamATan2NEON updates p with the arc tangent of the moments.
//
//go:noescape
func adamATan2NEON(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)

func adamW(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32) {
	if Active() == NEON {
		adamWNEON(p, m, v, g, w1, w2, decay, step, correction2, eps)
		return
	}
	adamWGeneric(p, m, v, g, w1, w2, decay, step, correction2, eps)
}

// adamWNEON updates p with the quotient of the moments.
//
//go:noescape
func adamWNEON(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)
