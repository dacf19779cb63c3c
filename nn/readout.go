package nn

import "github.com/rereadml/reread/internal/simd"

// readout reads the answer and the halting values off the state: logits = z·W_lmᵀ
// on the cells, (q_halt, q_continue) = W_q·z + b on position 0.
type readout struct {
	lm    *linear // [V, D]
	q     *Param  // [2, D]
	qBias *Param  // [2]

	prefix, cells, d, vocab int
	values, first           int // values of a cell, 0: none; and the token of the first
}

// newReadout registers the heads of an architecture. The halting head starts at
// weight 0 and bias -5, so that nothing halts before it has learned to.
func newReadout(ps *Params, a *Arch) *readout {
	h := &readout{prefix: a.Prefix(), cells: a.SeqLen, d: a.HiddenSize, vocab: a.VocabSize, values: a.Values, first: a.FirstValue}
	out := a.VocabSize
	if a.Values > 0 {
		out = 1
	}
	h.lm = newLinear(ps, "lm_head.weight", a.HiddenSize, out)
	h.q = ps.add("q_head.weight", initConst(0), 2, a.HiddenSize)
	h.qBias = ps.add("q_head.bias", initConst(-5), 2)
	return h
}

// readOut stores logits [n, S, V] and q [n, 2] of the states z [n, L, D].
func (s *scratch[T]) readOut(h *readout, logits, q []float32, z []T, n int) {
	if h.values > 0 {
		s.readOutValues(h, logits, q, z, n)
		return
	}
	for i := range n {
		zi := z[i*(h.prefix+h.cells)*h.d:]
		out := grow(&s.hidden, h.cells*h.vocab)
		s.linear(h.lm, out, zi[h.prefix*h.d:], h.cells)
		simd.Convert(logits[i*h.cells*h.vocab:][:h.cells*h.vocab], out)
		first := grow(&s.wide, h.d)
		simd.Convert(first, zi[:h.d])
		s.haltingValues(h, q[2*i:2*i+2], first)
	}
}

// haltingValues stores q_halt and q_continue, read off a vector x [D], in q.
func (s *scratch[T]) haltingValues(h *readout, q, x []float32) {
	for j := range 2 {
		q[j] = roundTo[T](simd.Dot(s.halting(h, j), x) + roundTo[T](h.qBias.Value.Data()[j]))
	}
}

// haltingBackward adds the gradients of the halting head, whose values have the
// gradients dq, to grad unless that is nil, and that of x to dx.
func (s *scratch[T]) haltingBackward(h *readout, grad, dq, x, dx []float32) {
	for j := range 2 {
		d, w := roundTo[T](dq[j]), s.halting(h, j)
		for c := range h.d {
			dx[c] += d * w[c]
		}
		if grad == nil {
			continue
		}
		h.qBias.In(grad)[j] += d
		dw := h.q.In(grad)[j*h.d:]
		for c := range h.d {
			dw[c] += d * x[c]
		}
	}
}

// halting returns row j of the halting head as the precision has it.
func (s *scratch[T]) halting(h *readout, j int) []float32 {
	return s.rounded(h.q.Value.Data()[j*h.d : (j+1)*h.d])
}

// rounded returns weights as the precision has them.
func (s *scratch[T]) rounded(w []float32) []float32 {
	row, wide := grow(&s.branch, len(w)), grow(&s.cols, len(w))
	simd.Convert(row, w)
	simd.Convert(wide, row)
	return wide
}

// roundTo gives x the precision of T.
func roundTo[T simd.Element](x float32) float32 {
	if _, ok := any(*new(T)).(simd.BF16); ok {
		return simd.ToBF16(x).Float32()
	}
	return x
}

// readOutBackward stores the gradient of z in dz and adds those of the weights
// to grad unless that is nil.
func (s *scratch[T]) readOutBackward(h *readout, grad []float32, dz, z []T, dLogits, dq []float32, n int) {
	if h.values > 0 {
		s.readOutValuesBackward(h, grad, dz, z, dLogits, dq, n)
		return
	}
	positions, size := h.prefix+h.cells, h.cells*h.vocab
	clear(dz[:n*positions*h.d])
	for i := range n {
		zi, dzi := z[i*positions*h.d:], dz[i*positions*h.d:]
		dl := grow(&s.hidden, size)
		simd.Convert(dl, dLogits[i*size:(i+1)*size])
		s.linearBackward(h.lm, dzi[h.prefix*h.d:], dl, h.cells, false)
		if grad != nil {
			s.linearGradient(h.lm, grad, zi[h.prefix*h.d:], dl, h.cells)
		}
		wide := grow(&s.wide, 2*h.d)
		first, dFirst := wide[:h.d], wide[h.d:]
		simd.Convert(first, zi[:h.d])
		simd.Convert(dFirst, dzi[:h.d])
		s.haltingBackward(h, grad, dq[2*i:2*i+2], first, dFirst)
		simd.Convert(dzi[:h.d], dFirst)
	}
}
