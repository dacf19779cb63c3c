package simd

// The portable microkernel's tile: small enough for its sums to stay in
// registers.
var genericTile = tile{mr: 4, nr: 4}

// microkernelGeneric multiplies one left and one right panel, k long, into
// the tile at c: see microkernel.
func microkernelGeneric(rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	var s [4][4]float32
	for p := range k {
		y := b[p*bs:][:4]
		for i := range rows {
			x := a[i*ars+p*acs]
			for j := range s[i] {
				s[i][j] += x * y[j]
			}
		}
	}
	for i := range rows {
		row := c[i*ldc:][:cols]
		for j := range row {
			if add {
				row[j] += s[i][j]
			} else {
				row[j] = s[i][j]
			}
		}
	}
}
