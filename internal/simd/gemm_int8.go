package simd

// gemmInt8 multiplies with one operand packed as 8-bit integers, where there is
// no instruction for it by way of float32.
func (s *Scratch) gemmInt8(p plan, c Matrix[float32], a, b Operand[float32]) {
	t := p.kernels.quads
	if t == nil {
		s.gemmIntegers(p, c, a, b)
		return
	}
	left, right := p.kernels.quantizedOperand(&s.quantized, a, Left), p.kernels.quantizedOperand(&s.quantized, b, Right)
	for i := 0; i < p.m; i += t.blockRows {
		t.block(p.k, c.sub(i, min(t.blockRows, p.m-i), 0, p.n), left, i, right, 0, p.accumulate)
	}
}

// block multiplies rows of the left operand from i on by columns of the right one from j
// on, which starts a panel, k numbers each, into c.
func (t *quadTile) block(k int, c Matrix[float32], left *quantized, i int, right *quantized, j int, add bool) {
	step, depth := lines(k), t.pad(k)
	for jj := 0; jj < c.Cols; jj += t.nr {
		cols, panel, scales := min(t.nr, c.Cols-jj), right.right[(j+jj)*depth:], right.scales[j+jj:]
		for ii := 0; ii < c.Rows; ii += t.mr {
			l := i + ii
			t.kernel(min(t.mr, c.Rows-ii), cols, depth/4, left.left[l*step:], step, panel, c.Data[ii*c.RS+jj:], c.RS, add, left.start[l:], left.scales[l:], scales)
		}
	}
}

// quantizedOperand returns an operand as integers, which it stores in q if they
// have not been packed.
func (k *kernels) quantizedOperand(q *quantized, o Operand[float32], side Side) *quantized {
	if o.P != nil {
		return &o.P.quantized
	}
	q.quantize(k, side, o.M)
	return q
}

// gemmIntegers multiplies integers in float32. Sums over blockK products are
// exact.
func (s *Scratch) gemmIntegers(p plan, c Matrix[float32], a, b Operand[float32]) {
	left, leftScales := s.integerOperand(a, Left)
	right, rightScales := s.integerOperand(b, Right)
	add := p.accumulate
	p.accumulate = false
	s.wide.product = grow(s.wide.product, p.m*p.n)
	s.gemm(p, Dense(s.wide.product, p.m, p.n), left, right)
	for i := range p.m {
		sums, row := s.wide.product[i*p.n:(i+1)*p.n], c.Data[i*c.RS:][:p.n]
		for j, v := range sums {
			x := float32(v * leftScales[i] * rightScales[j]) // not fused with the addition
			if add {
				x += row[j]
			}
			row[j] = x
		}
	}
}

// integerOperand returns an operand as integers, and their scales.
func (s *Scratch) integerOperand(o Operand[float32], side Side) (Operand[float32], []float32) {
	if o.P != nil {
		return o, o.P.quantized.scales
	}
	m := o.M
	if side == Right {
		m = m.T() // now a row for each scale
	}
	s.wide.left = grow(s.wide.left, m.Rows*m.Cols)
	s.quantized.scales = grow(s.quantized.scales, m.Rows)
	integers(s.wide.left, m, s.quantized.scales)
	m = Dense(s.wide.left, m.Rows, m.Cols)
	if side == Right {
		m = m.T()
	}
	return Operand[float32]{M: m}, s.quantized.scales
}
