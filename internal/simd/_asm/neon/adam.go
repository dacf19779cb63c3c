package main

import "math"

// adam emits an update of the moments
//
//	m[i] += w1 * (g[i] - m[i])
//	v[i] += w2 * (g[i]*g[i] - v[i])
//
// and of the parameters
//
//	p[i] = p[i]*decay - step*direction(m[i], sqrt(v[i])*correction2)
func (k *kernel) adam(direction func(m, x vecs) vecs) {
	p := k.numbers("p", "m", "v", "g")
	k.cols = k.length("p")
	w1, w2 := k.scalar("w1"), k.scalar("w2")
	decay, step, correction2 := k.scalar("decay"), k.scalar("step"), k.scalar("correction2")
	k.each(2, p, func(c cursor) {
		m, v := c.load(p[1]), c.load(p[2])
		release := k.scope()
		g, d := c.load(p[3]), k.like(m)
		k.do(fsub, d, g, m)
		k.do(fmla, m, d, w1)
		c.store(m, p[1])
		k.do(fneg, d, v)
		k.do(fmla, d, g, g) // g² - v
		k.do(fmla, v, d, w2)
		c.store(v, p[2])
		release()
		k.do(fsqrt, v, v)
		k.do(fmul, v, v, correction2)
		u := direction(m, v)
		x := c.load(p[0])
		k.do(fmul, x, x, decay)
		k.do(fmls, x, u, step)
		c.store(x, p[0])
	})
}

func (f file) adamATan2() {
	k := f.begin("adamATan2", "(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)")
	k.adam(k.atan().atan2)
	k.end()
}

func (f file) adamW() {
	k := f.begin("adamW", "(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)")
	eps := k.scalar("eps")
	k.adam(func(m, x vecs) vecs {
		k.do(fadd, x, x, eps)
		k.do(fdiv, m, m, x)
		return m
	})
	k.end()
}

// atan emits the arc tangent described in adam.go of package simd.
type atan struct {
	*kernel
	tiny, sign, halfPi vecs
	polynomial         []vecs // highest power first
}

func (k *kernel) atan() atan {
	return atan{
		kernel: k,
		tiny:   k.bits(1),
		sign:   k.bits(1 << 31),
		halfPi: k.constant(math.Pi / 2),
		polynomial: k.constants(
			0.0029205885,
			-0.016367514,
			0.043211192,
			-0.075521584,
			0.10665979,
			-0.14211048,
			0.19993772,
			-0.33333153,
		),
	}
}

// atan2 returns atan2(y, x) for x >= 0 and overwrites x. FMIN and FMAX return
// NaN where either operand is NaN.
func (a atan) atan2(y, x vecs) vecs {
	abs, t, square, cube := a.like(x), a.like(x), a.like(x), a.like(x)
	high := cube
	a.do(fabs, abs, y)
	a.do(fmin, t, abs, x)
	a.do(fmax, high, abs, x)
	a.do(fmax, high, high, a.tiny)
	a.do(fdiv, t, t, high)

	a.do(fmul, square, t, t)
	a.do(fmul, cube, square, t)
	above := abs
	a.do(fcmgt, above, abs, x)
	q := a.horner(a.polynomial, square, x, a.like(x))
	a.do(fmla, t, q, cube)

	rest := x
	a.do(fsub, rest, a.halfPi, t)
	a.do(bit, t, rest, above)
	a.do(bit, t, y, a.sign)
	return t
}
