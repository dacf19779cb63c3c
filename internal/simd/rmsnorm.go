package simd

// AddRMSNormRows stores (x + res)·r in y, row by row, with r = 1/sqrt(mean((x +
// res)²) + eps). r receives the factor of each row; its length says how many
// rows of equal length there are. y may be x or res.
func AddRMSNormRows[T Element](y, x, res []T, r []float32, eps float32) {
	checkLen(len(y), len(x))
	checkLen(len(y), len(res))
	cols := rowLength(len(y), len(r))
	rowsOf[T]().addRMSNormRows(y, x, res, r, cols, eps)
}

// RMSNormBackwardRows replaces d, the gradient of y = s·r, by the gradient of
// the normalised sum s, row by row: r·(d - y·mean(d·y)).
func RMSNormBackwardRows[T Element](d, y []T, r []float32) {
	checkLen(len(d), len(y))
	rowsOf[T]().rmsNormBackwardRows(d, y, r, rowLength(len(d), len(r)))
}

// AddRMSNormCols is [AddRMSNormRows] down the columns of row-major matrices with
// len(r) columns: r receives the factor of each column.
func AddRMSNormCols[T Element](y, x, res []T, r []float32, eps float32) {
	checkLen(len(y), len(x))
	checkLen(len(y), len(res))
	checkCols(len(y), len(r))
	rowsOf[T]().addRMSNormCols(y, x, res, r, len(y)/len(r), eps)
}

// RMSNormBackwardCols is [RMSNormBackwardRows] down the columns of row-major
// matrices with len(r) columns. tmp, as long as r, is overwritten.
func RMSNormBackwardCols[T Element](d, y []T, r, tmp []float32) {
	checkLen(len(d), len(y))
	checkLen(len(r), len(tmp))
	checkCols(len(d), len(r))
	rowsOf[T]().rmsNormBackwardCols(d, y, r, tmp, len(d)/len(r))
}

func checkCols(n, cols int) {
	if cols <= 0 || n%cols != 0 {
		panic("simd: slice is not a whole number of rows")
	}
}

// rowLength returns the length of each of the rows that make up n numbers.
func rowLength(n, rows int) int {
	if rows == 0 {
		checkLen(n, 0)
		return 0
	}
	checkCols(n, rows)
	return n / rows
}

func addRMSNormRowsGeneric(y, x, res, r []float32, cols int, eps float32) {
	addGeneric(y, x, res)
	for i := range r {
		row := y[i*cols : (i+1)*cols]
		r[i] = rsqrt(dotGeneric(row, row)/float32(cols) + eps)
		scaleGeneric(row, r[i])
	}
}

func rsqrt(x float32) float32 { return 1 / sqrt32(x) }

func rmsNormBackwardRowsGeneric(d, y, r []float32, cols int) {
	for i, f := range r {
		d, y := d[i*cols:(i+1)*cols], y[i*cols:(i+1)*cols]
		mean := dotGeneric(d, y) / float32(cols)
		for j, v := range y {
			d[j] = f * (d[j] - v*mean)
		}
	}
}

func addRMSNormColsGeneric(y, x, res, r []float32, rows int, eps float32) {
	cols := len(r)
	clear(r)
	for i := 0; i < len(y); i += cols {
		for j := range r {
			s := x[i+j] + res[i+j]
			y[i+j] = s
			r[j] += s * s
		}
	}
	for j, sum := range r {
		r[j] = rsqrt(sum/float32(rows) + eps)
	}
	for i := 0; i < len(y); i += cols {
		for j, v := range r {
			y[i+j] *= v
		}
	}
}

func rmsNormBackwardColsGeneric(d, y, r, tmp []float32, rows int) {
	cols := len(r)
	clear(tmp)
	for i := 0; i < len(y); i += cols {
		for j := range tmp {
			tmp[j] += d[i+j] * y[i+j]
		}
	}
	for j := range tmp {
		tmp[j] /= float32(rows)
	}
	for i := 0; i < len(y); i += cols {
		for j, v := range r {
			d[i+j] = v * (d[i+j] - y[i+j]*tmp[j])
		}
	}
}
