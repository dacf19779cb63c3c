//go:build !purego

package simd

func add(dst, a, b []float32) {
	switch l := Active(); {
	case l >= AVX512:
		addAVX512(dst, a, b)
	case l >= AVX2:
		addAVX2(dst, a, b)
	default:
		addGeneric(dst, a, b)
	}
}

//go:noescape
func addAVX512(dst, a, b []float32)

//go:noescape
func addAVX2(dst, a, b []float32)

func scale(x []float32, s float32) {
	switch l := Active(); {
	case l >= AVX512:
		scaleAVX512(x, s)
	case l >= AVX2:
		scaleAVX2(x, s)
	default:
		scaleGeneric(x, s)
	}
}

//go:noescape
func scaleAVX512(x []float32, s float32)

//go:noescape
func scaleAVX2(x []float32, s float32)

func dot(a, b []float32) float32 {
	switch l := Active(); {
	case l >= AVX512:
		return dotAVX512(a, b)
	case l >= AVX2:
		return dotAVX2(a, b)
	default:
		return dotGeneric(a, b)
	}
}

//go:noescape
func dotAVX512(a, b []float32) float32

//go:noescape
func dotAVX2(a, b []float32) float32

func sumSquares(x []float32) float64 {
	switch l := Active(); {
	case l >= AVX512:
		return sumSquaresAVX512(x)
	case l >= AVX2:
		return sumSquaresAVX2(x)
	default:
		return sumSquaresGeneric(x)
	}
}

//go:noescape
func sumSquaresAVX512(x []float32) float64

//go:noescape
func sumSquaresAVX2(x []float32) float64

func lerp(dst, src []float32, w float32) {
	switch l := Active(); {
	case l >= AVX512:
		lerpAVX512(dst, src, w)
	case l >= AVX2:
		lerpAVX2(dst, src, w)
	default:
		lerpGeneric(dst, src, w)
	}
}

//go:noescape
func lerpAVX512(dst, src []float32, w float32)

//go:noescape
func lerpAVX2(dst, src []float32, w float32)
