package nn

import (
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// Attention is multi-head self-attention without a mask, with its residual and
// norm:
//
//	q, k, v = split(x·W_qkvᵀ)                     rows: Q heads, K heads, V heads
//	a_h = softmax(rope(q_h)·rope(k_h)ᵀ / sqrt(head size))·v_h
//	y = norm(x + concat(a_h)·W_oᵀ)
//
// With position groups a head attends only within each of its groups. In
// bfloat16, rotated vectors and probabilities are rounded, as they are in the
// published code; scores and sums are float32.
type Attention struct {
	QKV, Out     *Linear
	positions, d int
	heads, size  int
	rope         *RoPE      // nil without rotary positions
	groups       []grouping // per head
	eps          float32
}

// NewAttention registers the weights under prefix. rope may be nil. groups
// gives each head the identifier of every position's group; nil, or nil for a
// head, means one group of all positions.
func NewAttention(ps *Params, prefix string, positions, d, heads int, rope *RoPE, groups [][]int, eps float32) (*Attention, error) {
	if heads <= 0 || d%heads != 0 {
		return nil, fmt.Errorf("nn: %d channels do not divide into %d heads", d, heads)
	}
	members, err := groupMembers(groups, heads, positions)
	if err != nil {
		return nil, err
	}
	groupings := make([]grouping, heads)
	for h, m := range members {
		groupings[h] = newGrouping(m)
	}
	return &Attention{
		QKV:       NewLinear(ps, prefix+".qkv_proj.weight", d, 3*d),
		Out:       NewLinear(ps, prefix+".o_proj.weight", d, d),
		positions: positions, d: d, heads: heads, size: d / heads,
		rope: rope, groups: groupings, eps: eps,
	}, nil
}

func (a *Attention) sizes() tapeSizes {
	return tapeSizes{x: a.positions * a.d, inner: a.positions * 3 * a.d, mid: a.positions * a.d, norm: a.positions}
}

func (a *Attention) weights() []Layout { return []Layout{a.QKV, a.Out} }

func (s *Scratch[T]) attention(a *Attention, t *tape[T], call, n int, y, x []T) {
	qkv, mid := t.inner.at(call, n), t.mid.at(call, n)
	s.attentionIn(a, qkv, x, 0, n*a.positions)
	for i := range n {
		for head := range a.heads {
			s.attendHead(a, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head)
		}
	}
	s.attentionOut(a, t.norm.at(call, n), y, x, mid)
}

// attentionIn computes the rotated queries and keys and the values of rows rows,
// the first of which is number first of the group.
func (s *Scratch[T]) attentionIn(a *Attention, qkv, x []T, first, rows int) {
	s.linear(a.QKV, qkv, x, rows)
	if a.rope != nil {
		rotate(a.rope, a.rope.sin, qkv, first, 3*a.d, 2*a.d)
	}
}

// attentionOut is the end of the forward pass over len(norm) rows.
func (s *Scratch[T]) attentionOut(a *Attention, norm []float32, y, x, mid []T) {
	branch := grow(&s.branch, len(norm)*a.d)
	s.linear(a.Out, branch, mid, len(norm))
	simd.AddRMSNormRows(y, x, branch, norm, a.eps)
}

func (s *Scratch[T]) attentionBackward(a *Attention, t *tape[T], call, n int, d, y []T) {
	rows := n * a.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dMid := grow(&s.branch, rows*a.d)
	s.linearBackward(a.Out, dMid, d, rows, false)
	qkv := t.inner.at(call, n)
	for i := range n {
		for head := range a.heads {
			s.attendHeadBackward(a, dMid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head)
		}
	}
	if a.rope != nil {
		rotate(a.rope, a.rope.neg, qkv, 0, 3*a.d, 2*a.d)
	}
	s.linearBackward(a.QKV, d, qkv, rows, true)
}

func (s *Scratch[T]) attentionGradient(a *Attention, t *tape[T], calls, n int, grad []float32) {
	rows := calls * n * a.positions
	s.linearGradient(a.QKV, grad, t.x.all(calls, n), t.inner.all(calls, n), rows)
	s.linearGradient(a.Out, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
}
