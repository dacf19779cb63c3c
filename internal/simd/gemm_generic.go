package simd

// The portable microkernel's tile. The compiler computes all products of a
// step before it adds them, so of amd64's fifteen registers 2 x 4 would spill.
const genericRows, genericCols = 2, 3

// microkernelGeneric is the portable microkernel.
func microkernelGeneric(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	t := productGeneric(rows, k, a, ars, acs, b, bs)
	storeTile(t[:], genericCols, rows, cols, c, ldc, add)
}

// productGeneric returns the sums of a whole tile. A missing second row is the
// first one again.
func productGeneric(rows, k int, a []float32, ars, acs int, b []float32, bs int) [genericRows * genericCols]float32 {
	var s00, s01, s02, s10, s11, s12 float32
	x, y := a, a[(rows-1)*ars:]
	i, j := 0, 0
	for range k {
		r := (*[genericCols]float32)(b[j:])
		u, v := x[i], y[i]
		s00 += u * r[0]
		s10 += v * r[0]
		s01 += u * r[1]
		s11 += v * r[1]
		s02 += u * r[2]
		s12 += v * r[2]
		i += acs
		j += bs
	}
	return [...]float32{s00, s01, s02, s10, s11, s12}
}
