package safetensors

import "math"

// fromBF16 widens a bfloat16, which is the upper half of a float32.
func fromBF16(h uint16) float32 {
	return math.Float32frombits(uint32(h) << 16)
}

// toBF16 rounds to the nearest bfloat16, ties to even.
func toBF16(f float32) uint16 {
	bits := math.Float32bits(f)
	if f != f {
		// Adding to a NaN could carry it into infinity or zero. Its upper
		// half is kept; if that alone would read as infinity, the quiet bit
		// keeps it a NaN.
		h := uint16(bits >> 16)
		if h&0x7f == 0 {
			h |= 0x40
		}
		return h
	}
	// Half of the last place kept, less one when that place is even. An
	// overflow carries into the exponent and gives infinity, as it should.
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

// fromF16 widens an IEEE half-precision number.
func fromF16(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exponent := uint32(h>>10) & 0x1f
	mantissa := uint32(h) & 0x3ff
	switch exponent {
	case 0: // Zero or subnormal, a multiple of 2^-24.
		return math.Float32frombits(sign | math.Float32bits(float32(mantissa)*0x1p-24))
	case 0x1f: // Infinity or NaN.
		return math.Float32frombits(sign | 0x7f800000 | mantissa<<13)
	default: // The exponents' biases are 15 and 127.
		return math.Float32frombits(sign | (exponent+112)<<23 | mantissa<<13)
	}
}
