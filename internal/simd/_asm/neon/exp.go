package main

// expo emits the exponential described in exp.go of package simd.
type expo struct {
	*kernel
	low, high, log2e    vecs
	shift, ln2Hi, ln2Lo vecs
	polynomial          []vecs // highest power first
	one                 vecs
}

func (k *kernel) expo() expo {
	return expo{
		kernel: k,
		low:    k.constant(-88),
		high:   k.constant(88.5),
		log2e:  k.constant(1.44269504088896341),
		shift:  k.constant(3<<22 + 127),
		ln2Hi:  k.constant(0.693359375),
		ln2Lo:  k.constant(-2.12194440e-4),
		polynomial: k.constants(
			0.0013814586,
			0.008368719,
			0.04166839,
			0.16666521,
			0.49999994,
		),
		one: k.constant(1),
	}
}

func (k *kernel) constants(c ...float32) []vecs {
	var v []vecs
	for _, x := range c {
		v = append(v, k.constant(x))
	}
	return v
}

// exp replaces x by e^x. FMAX and FMIN return NaN where x is NaN.
func (e expo) exp(x vecs) {
	defer e.scope()()
	t, n, r2 := e.like(x), e.like(x), e.like(x)
	e.do(fmax, x, x, e.low)
	e.do(fmin, x, x, e.high)
	e.do(mov, t, e.shift)
	e.do(fmla, t, x, e.log2e)
	e.do(fsub, n, t, e.shift)
	e.do(fmls, x, n, e.ln2Hi) // r = x - n·ln 2
	e.do(fmls, x, n, e.ln2Lo)
	e.do(fmul, r2, x, x)
	p := e.horner(e.polynomial, x, n, e.like(x))
	e.do(fmla, x, p, r2)
	e.do(fadd, x, x, e.one)
	e.do(shl23, t, t) // 2^n
	e.do(fmul, x, x, t)
}

// horner returns the value of a polynomial at x in one of two spare registers.
func (k *kernel) horner(coefficients []vecs, x vecs, spare ...vecs) vecs {
	p := coefficients[0]
	for i, c := range coefficients[1:] {
		next := spare[i%2]
		k.do(mov, next, c)
		k.do(fmla, next, p, x)
		p = next
	}
	return p
}

// onePlusExpNeg returns 1 + e^-x, each step rounded to the precision of numbers
// in rows.
func (e expo) onePlusExpNeg(x vecs) vecs {
	v := e.like(x)
	e.do(fneg, v, x)
	e.exp(v)
	e.rounded(v)
	e.do(fadd, v, v, e.one)
	e.rounded(v)
	return v
}
