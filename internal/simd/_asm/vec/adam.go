package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// adam emits an update of the moments
//
//	m[i] += w1 * (g[i] - m[i])
//	v[i] += w2 * (g[i]*g[i] - v[i])
//
// and of the parameters
//
//	p[i] = p[i]*decay - step*direction(m[i], sqrt(v[i])*correction2)
func (k *kernel) adam(direction func(m, x reg.VecVirtual) reg.VecVirtual) {
	p := k.pointers("p", "m", "v", "g")
	k.setCols(length("p"))
	w1, w2 := k.scalar("w1"), k.scalar("w2")
	decay, step, correction2 := k.scalar("decay"), k.scalar("step"), k.scalar("correction2")
	k.each(1, func(c cursor) {
		g := c.loadFloat(p[3])
		m := c.loadFloat(p[1])
		d := k.vec()
		VSUBPS(m, g, d)
		VFMADD231PS(w1, d, m)
		c.storeFloat(m, p[1])
		v := c.loadFloat(p[2])
		VFMSUB213PS(v, g, g) // g² - v
		VFMADD231PS(w2, g, v)
		c.storeFloat(v, p[2])
		VSQRTPS(v, v)
		VMULPS(correction2, v, v)
		u := direction(m, v)
		x := c.loadFloat(p[0])
		VMULPS(decay, x, x)
		VFNMADD231PS(step, u, x)
		c.storeFloat(x, p[0])
	})
}

func (s isa) adamATan2() {
	k := s.begin("adamATan2", "func(p, m, v, g []float32, w1, w2, decay, step, correction2 float32)")
	k.adam(k.atan().atan2)
	k.end()
}

func (s isa) adamW() {
	k := s.begin("adamW", "func(p, m, v, g []float32, w1, w2, decay, step, correction2, eps float32)")
	eps := k.scalar("eps")
	k.adam(func(m, x reg.VecVirtual) reg.VecVirtual {
		VADDPS(eps, x, x)
		VDIVPS(x, m, m)
		return m
	})
	k.end()
}

// atan emits the arc tangent described in adam.go of package simd.
type atan struct {
	isa
	tiny      reg.VecVirtual
	abs, sign Op
	halfPi    reg.VecVirtual
	q         []Op // highest power first
}

func (s isa) atan() atan {
	a := atan{
		isa:    s,
		tiny:   s.resident("tiny", U32(1)),
		abs:    s.constant("absBits", U32(1<<31-1)),
		sign:   s.constant("signBit", U32(1<<31)),
		halfPi: s.resident("halfPi", F32(math.Pi/2)),
	}
	for _, c := range []struct {
		name  string
		value float32
	}{
		{"atanQ7", 0.0029205885},
		{"atanQ6", -0.016367514},
		{"atanQ5", 0.043211192},
		{"atanQ4", -0.075521584},
		{"atanQ3", 0.10665979},
		{"atanQ2", -0.14211048},
		{"atanQ1", 0.19993772},
		{"atanQ0", -0.33333153},
	} {
		a.q = append(a.q, s.constant(c.name, F32(c.value)))
	}
	return a
}

// atan2 returns atan2(y, x) for x >= 0 and overwrites x. MINPS and MAXPS
// return their first operand where one is NaN: as they are here, t is NaN
// where either x or y is.
func (a atan) atan2(y, x reg.VecVirtual) reg.VecVirtual {
	abs, t, high := a.vec(), a.vec(), a.vec()
	VANDPS(a.abs, y, abs)
	VMINPS(abs, x, t)
	VMAXPS(x, abs, high)
	VMAXPS(high, a.tiny, high)
	VDIVPS(high, t, t)

	square, cube := a.vec(), a.vec()
	VMULPS(t, t, square)
	VMULPS(t, square, cube)
	q := a.copyOf(vec{a.q[0]})[0].(reg.VecVirtual)
	for _, c := range a.q[1:] {
		VFMADD213PS(c, square, q)
	}
	VFMADD213PS(t, cube, q)
	a.subtractWhere(abs, x, q)

	sign := a.vec()
	VANDPS(a.sign, y, sign)
	VORPS(sign, q, q)
	return q
}

// subtractWhere replaces q by pi/2 - q where abs > x.
func (a atan) subtractWhere(abs, x, q reg.VecVirtual) {
	const greater = U8(0x1e)
	if a.wide() {
		above := K()
		VCMPPS(greater, x, abs, above)
		VSUBPS(q, a.halfPi, above, q)
		return
	}
	above, rest := a.vec(), a.vec()
	VCMPPS(greater, x, abs, above)
	VSUBPS(q, a.halfPi, rest)
	VBLENDVPS(above, rest, q, q)
}
