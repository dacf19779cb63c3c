package nn

import "github.com/rereadml/reread/internal/simd"

// tokenSwiGLU is the gated MLP over the positions, applied to each channel,
// with its residual and a norm that also runs over the positions (the mixing
// sublayer of TRM's MLP variant):
//
//	gate, up = split(W_gate_up·x)         [L, D] -> 2 x [I, D]
//	y = norm_over_positions(x + W_down·(silu(gate)·up))
type tokenSwiGLU struct {
	gateUp       *gatedTokenLinear
	down         *tokenLinear
	positions, d int
	inter        int
	eps          float32
}

// newTokenSwiGLU registers the weights under prefix for states of an
// architecture.
func newTokenSwiGLU(ps *Params, prefix string, a *Arch) *tokenSwiGLU {
	inter := a.InnerSize(a.Positions())
	return &tokenSwiGLU{
		gateUp:    newGatedTokenLinear(ps, prefix+".gate_up_proj.weight", a.Positions(), inter),
		down:      newTokenLinear(ps, prefix+".down_proj.weight", inter, a.Positions()),
		positions: a.Positions(), d: a.HiddenSize, inter: inter, eps: a.Eps(),
	}
}

func (m *tokenSwiGLU) sizes() tapeSizes {
	return tapeSizes{x: m.positions * m.d, gateUp: 2 * m.inter * m.d, mid: m.inter * m.d, norm: m.d}
}

func (m *tokenSwiGLU) weights() []layout { return []layout{m.gateUp, m.down} }

// tokenSwiGLUOf runs a tokenSwiGLU on numbers of type T.
type tokenSwiGLUOf[T simd.Element] struct{ *tokenSwiGLU }

func (m tokenSwiGLUOf[T]) forward(s *scratch[T], t *tape[T], call, n int, y, x []T) {
	m.columns(s, t.gateUp.at(call, n), t.mid.at(call, n), t.norm.at(call, n), y, x, n, m.d)
}

// columns is the forward pass over n puzzles of d channels, which keeps the gates
// and ups unless gateUp is nil.
func (m tokenSwiGLUOf[T]) columns(s *scratch[T], gateUp, hidden []T, norm []float32, y, x []T, n, d int) {
	s.gatedTokens(m.gateUp, hidden, gateUp, x, n, d)
	branch := grow(&s.branch, n*m.positions*d)
	s.tokenLinear(m.down, branch, hidden, n, d)
	addNormTokens(y, x, branch, norm, n, d, m.eps)
}

func (m tokenSwiGLUOf[T]) backward(s *scratch[T], t *tape[T], call, n int, d, y []T) {
	s.normTokensBackward(d, y, t.norm.at(call, n), n, m.d)
	copy(t.sum.at(call, n), d)
	half := m.inter * m.d
	dHidden := grow(&s.hidden, n*half)
	s.tokenLinearBackward(m.down, dHidden, d, n, m.d, false)
	gateUp := t.gateUp.at(call, n)
	for i := range n {
		g := gateUp[i*2*half : (i+1)*2*half]
		simd.SiLUMulBackward(g[:half], g[half:], dHidden[i*half:(i+1)*half])
	}
	s.tokenLinearBackward(&m.gateUp.tokenLinear, d, gateUp, n, m.d, true)
}

func (m tokenSwiGLUOf[T]) gradient(s *scratch[T], t *tape[T], calls, n int, grad []float32) {
	s.tokenLinearGradient(&m.gateUp.tokenLinear, grad, t.x.all(calls, n), t.gateUp.all(calls, n), calls*n, m.d)
	s.tokenLinearGradient(m.down, grad, t.mid.all(calls, n), t.sum.all(calls, n), calls*n, m.d)
}

func (m tokenSwiGLUOf[T]) phases() int { return 1 }

// channelStep divides the numbers of channels in a part, but for the last one:
// products are done in columns of so many.
const channelStep = 32

// share works on a copy of some channels, puzzle by puzzle.
func (m tokenSwiGLUOf[T]) share(me *member[T], j *job[T], part, parts int) {
	b := span(m.d, part, parts, channelStep)
	d := b.len()
	if d == 0 {
		return
	}
	x, inner := grow(&me.x, m.positions*d), grow(&me.inner, m.inter*d)
	norm := grow(&me.norm, d)
	for i := range j.n {
		at := i * m.positions * m.d
		for p := range m.positions {
			copy(x[p*d:(p+1)*d], j.x[at+p*m.d+b.lo:])
		}
		m.columns(&me.s, nil, inner, norm, x, x, 1, d)
		for p := range m.positions {
			copy(j.y[at+p*m.d+b.lo:], x[p*d:(p+1)*d])
		}
	}
}
