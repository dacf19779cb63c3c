package simd

// SiLUMul stores silu(gate)·up in dst, with silu(x) = x / (1 + e^-x). The
// slices have equal length; dst may be gate or up.
func SiLUMul[T Element](dst, gate, up []T) {
	checkLen(len(dst), len(gate))
	checkLen(len(dst), len(up))
	k := rowsOf[T]()
	for i, j := range blocks(len(dst)) {
		k.siluMul(dst[i:j], gate[i:j], up[i:j])
	}
}

// SiLUMulBackward replaces gate and up by the gradients with respect to them,
// given dh, the gradient of silu(gate)·up. dh must be neither.
func SiLUMulBackward[T Element](gate, up, dh []T) {
	checkLen(len(dh), len(gate))
	checkLen(len(dh), len(up))
	k := rowsOf[T]()
	for i, j := range blocks(len(dh)) {
		k.siluMulBackward(gate[i:j], up[i:j], dh[i:j])
	}
}

func siluMulGeneric(dst, gate, up []float32) {
	for i, g := range gate {
		dst[i] = g / (1 + exp32(-g)) * up[i]
	}
}

// siluMulByRows returns a tile's siluMul, for rows of so many columns: that of
// rowKernels and a copy of each row.
func siluMulByRows(siluMul func(dst, gate, up []float32), cols int) func(dst []float32, stride int, gate, up []float32) {
	return func(dst []float32, stride int, gate, up []float32) {
		siluMul(gate, gate, up)
		rows := len(gate) / cols
		ConvertRows(Matrix[float32]{Data: dst, Rows: rows, Cols: cols, RS: stride, CS: 1}, Dense(gate, rows, cols))
	}
}

// siluMulBackwardGeneric uses silu' = s·(1 + g·(1 - s)), s the sigmoid.
func siluMulBackwardGeneric(gate, up, dh []float32) {
	for i, g := range gate {
		s := sigmoid32(g)
		d := dh[i] * up[i]
		up[i] = dh[i] * (g * s)
		gate[i] = d * s * (1 + g*(1-s))
	}
}
