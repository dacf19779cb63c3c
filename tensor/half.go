package tensor

import "math"

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
