package simd

func addBF16Generic(dst, a, b []BF16) {
	for i, v := range a {
		dst[i] = ToBF16(v.Float32() + b[i].Float32())
	}
}

func siluMulBF16Generic(dst, gate, up []BF16) {
	for i, v := range gate {
		g := v.Float32()
		dst[i] = ToBF16(rounded(g/onePlusExpNegBF16(g)) * up[i].Float32())
	}
}

func onePlusExpNegBF16(x float32) float32 { return rounded(1 + rounded(exp32(-x))) }

func siluMulBackwardBF16Generic(gate, up, dh []BF16) {
	for i, v := range gate {
		g, h := v.Float32(), dh[i].Float32()
		q := onePlusExpNegBF16(g)
		s := rounded(1 / q)
		d := rounded(h * up[i].Float32())
		up[i] = ToBF16(h * rounded(g/q))
		slope := rounded(1 + rounded(g*rounded(1-s)))
		gate[i] = ToBF16(rounded(d*s) * slope)
	}
}

func addRMSNormRowsBF16Generic(y, x, res []BF16, r []float32, cols int, eps float32) {
	addBF16Generic(y, x, res)
	for i := range r {
		row := y[i*cols : (i+1)*cols]
		r[i] = rsqrt(dotBF16(row, row)/float32(cols) + eps)
		for j, v := range row {
			row[j] = ToBF16(v.Float32() * r[i])
		}
	}
}

// dotBF16 keeps four sums, as dotGeneric does.
func dotBF16(a, b []BF16) float32 {
	var s [4]float32
	for i, v := range a {
		s[i%4] += v.Float32() * b[i].Float32()
	}
	return s[0] + s[1] + (s[2] + s[3])
}

func rmsNormBackwardRowsBF16Generic(d, y []BF16, r []float32, cols int) {
	for i, f := range r {
		d, y := d[i*cols:(i+1)*cols], y[i*cols:(i+1)*cols]
		mean := dotBF16(d, y) / float32(cols)
		for j, v := range y {
			d[j] = ToBF16(f * (d[j].Float32() - v.Float32()*mean))
		}
	}
}

func addRMSNormColsBF16Generic(y, x, res []BF16, r []float32, rows int, eps float32) {
	cols := len(r)
	addBF16Generic(y, x, res)
	clear(r)
	for i := 0; i < len(y); i += cols {
		for j := range r {
			s := y[i+j].Float32()
			r[j] += s * s
		}
	}
	for j, sum := range r {
		r[j] = rsqrt(sum/float32(rows) + eps)
	}
	for i := 0; i < len(y); i += cols {
		for j, f := range r {
			y[i+j] = ToBF16(y[i+j].Float32() * f)
		}
	}
}

func rmsNormBackwardColsBF16Generic(d, y []BF16, r, tmp []float32, rows int) {
	cols := len(r)
	clear(tmp)
	for i := 0; i < len(y); i += cols {
		for j := range tmp {
			tmp[j] += d[i+j].Float32() * y[i+j].Float32()
		}
	}
	for j := range tmp {
		tmp[j] /= float32(rows)
	}
	for i := 0; i < len(y); i += cols {
		for j, f := range r {
			d[i+j] = ToBF16(f * (d[i+j].Float32() - y[i+j].Float32()*tmp[j]))
		}
	}
}
