package simd

// The portable microkernel's tile, and the steps of the sum that it unrolls.
const genericRows, genericCols, genericSteps = 2, 4, 4

// microkernelGeneric is the portable microkernel. Its right panels are packed and
// its left ones whole rows, so that every offset but two is a constant, and one
// check of bounds does for the steps of a round.
func microkernelGeneric(rows, cols, k int, a []float32, ars, _ int, b []float32, _ int, c []float32, ldc int, add bool) {
	t := productGeneric(a[:k], a[(rows-1)*ars:][:k], b[:genericCols*k])
	if rows < genericRows || cols < genericCols {
		storeTile(t[:], genericCols, rows, cols, c, ldc, add)
		return
	}
	x, y := (*[genericCols]float32)(c), (*[genericCols]float32)(c[ldc:])
	if add {
		*x = [...]float32{x[0] + t[0], x[1] + t[1], x[2] + t[2], x[3] + t[3]}
		*y = [...]float32{y[0] + t[4], y[1] + t[5], y[2] + t[6], y[3] + t[7]}
		return
	}
	*x, *y = [genericCols]float32(t[:genericCols]), [genericCols]float32(t[genericCols:])
}

// productGeneric returns the sums of a whole tile, of two rows, which may be the
// same, and a panel as long. Each is summed in the order of the numbers.
func productGeneric(x, y, panel []float32) [genericRows * genericCols]float32 {
	var s00, s01, s02, s03, s10, s11, s12, s13 float32
	for len(x) >= genericSteps && len(y) >= genericSteps && len(panel) >= genericSteps*genericCols {
		u, v := (*[genericSteps]float32)(x), (*[genericSteps]float32)(y)
		r := (*[genericSteps * genericCols]float32)(panel)
		s00 += u[0] * r[0]
		s10 += v[0] * r[0]
		s01 += u[0] * r[1]
		s11 += v[0] * r[1]
		s02 += u[0] * r[2]
		s12 += v[0] * r[2]
		s03 += u[0] * r[3]
		s13 += v[0] * r[3]
		s00 += u[1] * r[4]
		s10 += v[1] * r[4]
		s01 += u[1] * r[5]
		s11 += v[1] * r[5]
		s02 += u[1] * r[6]
		s12 += v[1] * r[6]
		s03 += u[1] * r[7]
		s13 += v[1] * r[7]
		s00 += u[2] * r[8]
		s10 += v[2] * r[8]
		s01 += u[2] * r[9]
		s11 += v[2] * r[9]
		s02 += u[2] * r[10]
		s12 += v[2] * r[10]
		s03 += u[2] * r[11]
		s13 += v[2] * r[11]
		s00 += u[3] * r[12]
		s10 += v[3] * r[12]
		s01 += u[3] * r[13]
		s11 += v[3] * r[13]
		s02 += u[3] * r[14]
		s12 += v[3] * r[14]
		s03 += u[3] * r[15]
		s13 += v[3] * r[15]
		x, y, panel = x[genericSteps:], y[genericSteps:], panel[genericSteps*genericCols:]
	}
	for i, u := range x {
		v, r := y[i], (*[genericCols]float32)(panel[genericCols*i:])
		s00 += u * r[0]
		s10 += v * r[0]
		s01 += u * r[1]
		s11 += v * r[1]
		s02 += u * r[2]
		s12 += v * r[2]
		s03 += u * r[3]
		s13 += v * r[3]
	}
	return [...]float32{s00, s01, s02, s03, s10, s11, s12, s13}
}
