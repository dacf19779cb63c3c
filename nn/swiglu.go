package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// SwiGLU is the gated MLP over the channels, with its residual and norm:
//
//	gate, up = split(x·W_gate_upᵀ)        [rows, 2I] -> 2 x [rows, I]
//	y = norm(x + (silu(gate)·up)·W_downᵀ)
type SwiGLU struct {
	GateUp, Down *Linear
	positions, d int
	inter        int
	eps          float32
}

// InterSize is the hidden width of a SwiGLU over h inputs: two thirds of
// expansion·h, rounded up to a multiple of 256.
func InterSize(h int, expansion float64) int {
	n := int(math.RoundToEven(expansion * float64(h) * 2 / 3))
	return (n + 255) / 256 * 256
}

// NewSwiGLU registers the weights under prefix for states of the given number
// of positions and channels.
func NewSwiGLU(ps *Params, prefix string, positions, d int, expansion float64, eps float32) *SwiGLU {
	inter := InterSize(d, expansion)
	return &SwiGLU{
		GateUp:    NewLinear(ps, prefix+".gate_up_proj.weight", d, 2*inter),
		Down:      NewLinear(ps, prefix+".down_proj.weight", inter, d),
		positions: positions, d: d, inter: inter, eps: eps,
	}
}

func (m *SwiGLU) sizes() tapeSizes {
	return tapeSizes{x: m.positions * m.d, inner: m.positions * 2 * m.inter, mid: m.positions * m.inter, norm: m.positions}
}

func (m *SwiGLU) weights() []Layout { return []Layout{m.GateUp, m.Down} }

func (s *Scratch[T]) swiglu(m *SwiGLU, t *tape[T], call, n int, y, x []T) {
	s.swigluRows(m, t.inner.at(call, n), t.mid.at(call, n), t.norm.at(call, n), y, x)
}

// swigluRows is the forward pass over len(norm) rows.
func (s *Scratch[T]) swigluRows(m *SwiGLU, gateUp, hidden []T, norm []float32, y, x []T) {
	rows := len(norm)
	s.linear(m.GateUp, gateUp, x, rows)
	for i := range rows {
		gate, up := splitSwiGLU(m, gateUp, i)
		simd.SiLUMul(hidden[i*m.inter:(i+1)*m.inter], gate, up)
	}
	branch := grow(&s.branch, rows*m.d)
	s.linear(m.Down, branch, hidden, rows)
	simd.AddRMSNormRows(y, x, branch, norm, m.eps)
}

func splitSwiGLU[T simd.Element](m *SwiGLU, gateUp []T, row int) (gate, up []T) {
	g := gateUp[row*2*m.inter : (row+1)*2*m.inter]
	return g[:m.inter], g[m.inter:]
}

func (s *Scratch[T]) swigluBackward(m *SwiGLU, t *tape[T], call, n int, d, y []T) {
	rows := n * m.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dHidden := grow(&s.hidden, rows*m.inter)
	s.linearBackward(m.Down, dHidden, d, rows, false)
	gateUp := t.inner.at(call, n)
	for i := range rows {
		gate, up := splitSwiGLU(m, gateUp, i)
		simd.SiLUMulBackward(gate, up, dHidden[i*m.inter:(i+1)*m.inter])
	}
	s.linearBackward(m.GateUp, d, gateUp, rows, true)
}

func (s *Scratch[T]) swigluGradient(m *SwiGLU, t *tape[T], calls, n int, grad []float32) {
	rows := calls * n * m.positions
	s.linearGradient(m.GateUp, grad, t.x.all(calls, n), t.inner.all(calls, n), rows)
	s.linearGradient(m.Down, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
}

// TokenSwiGLU is the gated MLP over the positions, applied to each channel,
// with its residual and a norm that also runs over the positions (the mixing
// sublayer of TRM's MLP variant):
//
//	gate, up = split(W_gate_up·x)         [L, D] -> 2 x [I, D]
//	y = norm_over_positions(x + W_down·(silu(gate)·up))
type TokenSwiGLU struct {
	GateUp, Down *TokenLinear
	positions, d int
	inter        int
	eps          float32
}

// NewTokenSwiGLU registers the weights under prefix for states of the given
// number of positions and channels.
func NewTokenSwiGLU(ps *Params, prefix string, positions, d int, expansion float64, eps float32) *TokenSwiGLU {
	inter := InterSize(positions, expansion)
	return &TokenSwiGLU{
		GateUp:    NewTokenLinear(ps, prefix+".gate_up_proj.weight", positions, 2*inter),
		Down:      NewTokenLinear(ps, prefix+".down_proj.weight", inter, positions),
		positions: positions, d: d, inter: inter, eps: eps,
	}
}

func (m *TokenSwiGLU) sizes() tapeSizes {
	return tapeSizes{x: m.positions * m.d, inner: 2 * m.inter * m.d, mid: m.inter * m.d, norm: m.d}
}

func (m *TokenSwiGLU) weights() []Layout { return []Layout{m.GateUp, m.Down} }

func (s *Scratch[T]) tokenSwiGLU(m *TokenSwiGLU, t *tape[T], call, n int, y, x []T) {
	s.tokenSwiGLUColumns(m, t.inner.at(call, n), t.mid.at(call, n), t.norm.at(call, n), y, x, n, m.d)
}

// tokenSwiGLUColumns is the forward pass over n puzzles of d channels.
func (s *Scratch[T]) tokenSwiGLUColumns(m *TokenSwiGLU, gateUp, hidden []T, norm []float32, y, x []T, n, d int) {
	s.tokenLinear(m.GateUp, gateUp, x, n, d)
	half := m.inter * d
	for i := range n {
		g := gateUp[i*2*half : (i+1)*2*half]
		simd.SiLUMul(hidden[i*half:(i+1)*half], g[:half], g[half:])
	}
	branch := grow(&s.branch, n*m.positions*d)
	s.tokenLinear(m.Down, branch, hidden, n, d)
	addNormTokens(y, x, branch, norm, n, d, m.eps)
}

func splitTokenSwiGLU[T simd.Element](m *TokenSwiGLU, gateUp []T, puzzle int) (gate, up []T) {
	half := m.inter * m.d
	g := gateUp[puzzle*2*half : (puzzle+1)*2*half]
	return g[:half], g[half:]
}

func (s *Scratch[T]) tokenSwiGLUBackward(m *TokenSwiGLU, t *tape[T], call, n int, d, y []T) {
	s.normTokensBackward(d, y, t.norm.at(call, n), n, m.d)
	copy(t.sum.at(call, n), d)
	half := m.inter * m.d
	dHidden := grow(&s.hidden, n*half)
	s.tokenLinearBackward(m.Down, dHidden, d, n, m.d, false)
	gateUp := t.inner.at(call, n)
	for i := range n {
		gate, up := splitTokenSwiGLU(m, gateUp, i)
		simd.SiLUMulBackward(gate, up, dHidden[i*half:(i+1)*half])
	}
	s.tokenLinearBackward(m.GateUp, d, gateUp, n, m.d, true)
}

func (s *Scratch[T]) tokenSwiGLUGradient(m *TokenSwiGLU, t *tape[T], calls, n int, grad []float32) {
	s.tokenLinearGradient(m.GateUp, grad, t.x.all(calls, n), t.inner.all(calls, n), calls*n, m.d)
	s.tokenLinearGradient(m.Down, grad, t.mid.all(calls, n), t.sum.all(calls, n), calls*n, m.d)
}
