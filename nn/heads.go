package nn

import "github.com/rereadml/reread/internal/simd"

// Heads read the answer and the halting values off the state: logits = z·W_lmᵀ
// on the cells, (q_halt, q_continue) = W_q·z + b on position 0.
type Heads struct {
	LM    *Linear // [V, D]
	Q     *Param  // [2, D]
	QBias *Param  // [2]

	prefix, cells, d, vocab int
}

// NewHeads registers the heads of an architecture. The halting head starts at
// weight 0 and bias -5, so that nothing halts before it has learned to.
func NewHeads(ps *Params, a *Arch) *Heads {
	return &Heads{
		LM:     NewLinear(ps, "lm_head.weight", a.HiddenSize, a.VocabSize),
		Q:      ps.Add("q_head.weight", initConst(0), 2, a.HiddenSize),
		QBias:  ps.Add("q_head.bias", initConst(-5), 2),
		prefix: a.Prefix(), cells: a.SeqLen, d: a.HiddenSize, vocab: a.VocabSize,
	}
}

// Pack is [Linear.Pack].
func (h *Heads) Pack(train bool) { h.LM.Pack(train) }

// Forward stores logits [n, S, V] and q [n, 2] of the states z [n, L, D].
func (h *Heads) Forward(s *Scratch, logits, q, z []float32, n int) {
	w, bias := h.Q.Value.Data(), h.QBias.Value.Data()
	for i := range n {
		zi := z[i*(h.prefix+h.cells)*h.d:]
		h.LM.Forward(s, logits[i*h.cells*h.vocab:], zi[h.prefix*h.d:], h.cells)
		for j := range 2 {
			q[2*i+j] = simd.Dot(w[j*h.d:(j+1)*h.d], zi[:h.d]) + bias[j]
		}
	}
}

// Backward stores the gradient of z in dz and adds those of the weights to
// grad.
func (h *Heads) Backward(s *Scratch, grad, dz, z, dLogits, dq []float32, n int) {
	positions := h.prefix + h.cells
	w, dw, db := h.Q.Value.Data(), h.Q.In(grad), h.QBias.In(grad)
	clear(dz[:n*positions*h.d])
	for i := range n {
		zi, dzi := z[i*positions*h.d:], dz[i*positions*h.d:]
		dl := dLogits[i*h.cells*h.vocab:]
		h.LM.Backward(s, dzi[h.prefix*h.d:], dl, h.cells, false)
		h.LM.Gradient(s, grad, zi[h.prefix*h.d:], dl, h.cells)
		for j := range 2 {
			d := dq[2*i+j]
			db[j] += d
			for c := range h.d {
				dw[j*h.d+c] += d * zi[c]
				dzi[c] += d * w[j*h.d+c]
			}
		}
	}
}
