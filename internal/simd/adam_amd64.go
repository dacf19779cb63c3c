//go:build !purego

package simd

func adamATan2(p, m, v, g []float32, w1, w2, decay, step, correction2 float32) {
	switch l := Active(); {
	case l >= AVX512:
		adamATan2AVX512(p, m, v, g, w1, w2, decay, step, correction2)
	case l >= AVX2:
		adamATan2AVX2(p, m, v, g, w1, w2, decay, step, correction2)
	default:
		adamATan2Generic(p, m, v, g, w1, w2, decay, step, correction2)
	}
}

//go:noescape
func adamATan2AVX512(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)

//go:noescape
func adamATan2AVX2(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)

func adamW(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32) {
	switch l := Active(); {
	case l >= AVX512:
		adamWAVX512(p, m, v, g, w1, w2, decay, step, correction2, eps)
	case l >= AVX2:
		adamWAVX2(p, m, v, g, w1, w2, decay, step, correction2, eps)
	default:
		adamWGeneric(p, m, v, g, w1, w2, decay, step, correction2, eps)
	}
}

//go:noescape
func adamWAVX512(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)

//go:noescape
func adamWAVX2(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)
