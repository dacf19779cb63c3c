package nn

import "github.com/rereadml/reread/internal/simd"

// swiglu is the gated MLP over the channels, with its residual and norm:
//
//	gate, up = split(x·W_gate_upᵀ)        [rows, 2I] -> 2 x [rows, I]
//	y = norm(x + (silu(gate)·up)·W_downᵀ)
type swiglu struct {
	gateUp       *gatedLinear
	down         *linear
	positions, d int
	inter        int
	eps          float32
}

// newSwiGLU registers the weights under prefix for states of an architecture.
func newSwiGLU(ps *Params, prefix string, a *Arch) *swiglu {
	inter := a.channelInner()
	return &swiglu{
		gateUp:    newGatedLinear(ps, prefix+".gate_up_proj.weight", a.HiddenSize, inter),
		down:      newLinear(ps, prefix+".down_proj.weight", inter, a.HiddenSize),
		positions: a.Positions(), d: a.HiddenSize, inter: inter, eps: a.Eps(),
	}
}

func (m *swiglu) sizes() tapeSizes {
	return tapeSizes{x: m.positions * m.d, gateUp: m.positions * 2 * m.inter, mid: m.positions * m.inter, norm: m.positions}
}

func (m *swiglu) weights() []layout { return []layout{m.gateUp, m.down} }

// swigluOf runs a swiglu on numbers of type T.
type swigluOf[T simd.Element] struct{ *swiglu }

func (m swigluOf[T]) forward(s *scratch[T], t *tape[T], call, n int, y, x []T) {
	m.rows(s, t.gateUp.at(call, n), t.mid.at(call, n), t.norm.at(call, n), y, x)
}

// rows is the forward pass over len(norm) rows, which keeps the gates and ups
// unless gateUp is nil.
func (m swigluOf[T]) rows(s *scratch[T], gateUp, hidden []T, norm []float32, y, x []T) {
	rows := len(norm)
	s.gated(m.gateUp, hidden, gateUp, x, rows)
	branch := grow(&s.branch, rows*m.d)
	s.linear(m.down, branch, hidden, rows)
	simd.AddRMSNormRows(y, x, branch, norm, m.eps)
}

func (m swigluOf[T]) backward(s *scratch[T], t *tape[T], call, n int, d, y []T) {
	rows := n * m.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dHidden := grow(&s.hidden, rows*m.inter)
	s.linearBackward(m.down, dHidden, d, rows, false)
	gateUp := t.gateUp.at(call, n)
	for i := range rows {
		g := gateUp[i*2*m.inter : (i+1)*2*m.inter]
		simd.SiLUMulBackward(g[:m.inter], g[m.inter:], dHidden[i*m.inter:(i+1)*m.inter])
	}
	s.linearBackward(&m.gateUp.linear, d, gateUp, rows, true)
}

func (m swigluOf[T]) gradient(s *scratch[T], t *tape[T], calls, n int, grad []float32) {
	rows := calls * n * m.positions
	s.linearGradient(&m.gateUp.linear, grad, t.x.all(calls, n), t.gateUp.all(calls, n), rows)
	s.linearGradient(m.down, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
}

func (m swigluOf[T]) phases() int { return 1 }

func (m swigluOf[T]) share(me *member[T], j *job[T], part, parts int) {
	b := span(j.n*m.positions, part, parts, 1)
	if b.len() == 0 {
		return
	}
	m.rows(&me.s, nil, cutRows(j.t.mid.data, b, m.inter), cutRows(j.t.norm.data, b, 1),
		cutRows(j.y, b, m.d), cutRows(j.x, b, m.d))
}
