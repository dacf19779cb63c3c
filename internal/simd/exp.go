package simd

import "math"

// The exponential shared by every level. x is split into n·ln 2 + r with |r|
// <= ln 2 / 2; e^r = 1 + r + r²·p(r), where p, of degree 4, is the minimax
// polynomial for the relative error (3.1e-9 before rounding). _asm/vec has the
// same constants.
const (
	expMin   = -88  // e^expMin is rounded to 0 and
	expMax   = 88.5 // e^expMax to +Inf
	expLog2e = 1.44269504088896341
	expLn2Hi = 0.693359375 // so short that n·expLn2Hi is exact
	expLn2Lo = -2.12194440e-4
	expC2    = 0.49999994
	expC3    = 0.16666521
	expC4    = 0.04166839
	expC5    = 0.008368719
	expC6    = 0.0013814586

	// A sum with expShift has no fraction, so the addition rounds; its low
	// bits then are n plus the bias of the exponent.
	expShift = 3<<22 + 127
)

// exp32 returns e^x with a relative error below 1e-7 where that is a normal
// number below 2^127.5. It returns +Inf above (x > 88.3762), 0 for x <
// -87.6832, and NaN for NaN.
func exp32(x float32) float32 {
	if x < expMin {
		x = expMin
	}
	if x > expMax {
		x = expMax
	}
	t := x*expLog2e + expShift
	n := t - expShift
	r := x - n*expLn2Hi - n*expLn2Lo
	p := float32(expC6)
	p = p*r + expC5
	p = p*r + expC4
	p = p*r + expC3
	p = p*r + expC2
	y := p*(r*r) + r + 1
	return y * math.Float32frombits(math.Float32bits(t)<<23)
}

func sigmoid32(x float32) float32 { return 1 / (1 + exp32(-x)) }
