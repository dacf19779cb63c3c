package nn

import (
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// attention is multi-head self-attention without a mask, with its residual and
// norm:
//
//	q, k, v = split(x·W_qkvᵀ)                     rows: Q heads, K heads, V heads
//	a_h = softmax(rope(q_h)·rope(k_h)ᵀ / sqrt(head size))·v_h
//	y = norm(x + concat(a_h)·W_oᵀ)
//
// With position groups a head attends only within each of its groups. In
// bfloat16, rotated vectors and probabilities are rounded, as they are in the
// published code; scores and sums are float32.
type attention struct {
	qkv, out     *linear
	positions, d int
	heads, size  int
	rope         *rope      // nil without rotary positions
	groups       []grouping // per head
	eps          float32
}

// newAttention registers the weights under prefix. rope may be nil. groups
// gives each head the identifier of every position's group; nil, or nil for a
// head, means one group of all positions.
func newAttention(ps *Params, prefix string, positions, d, heads int, rope *rope, groups [][]int, eps float32) (*attention, error) {
	if heads <= 0 || d%heads != 0 {
		return nil, fmt.Errorf("nn: %d channels do not divide into %d heads", d, heads)
	}
	members, err := groupMembers(groups, heads, positions)
	if err != nil {
		return nil, err
	}
	groupings := make([]grouping, heads)
	for h, m := range members {
		if first := sameGroups(groups, h); first < h {
			groupings[h] = groupings[first]
			continue
		}
		groupings[h] = newGrouping(m)
	}
	return &attention{
		qkv:       newLinear(ps, prefix+".qkv_proj.weight", d, 3*d),
		out:       newLinear(ps, prefix+".o_proj.weight", d, d),
		positions: positions, d: d, heads: heads, size: d / heads,
		rope: rope, groups: groupings, eps: eps,
	}, nil
}

func (a *attention) sizes() tapeSizes {
	return tapeSizes{x: a.positions * a.d, inner: a.positions * 3 * a.d, mid: a.positions * a.d, norm: a.positions}
}

func (a *attention) weights() []layout { return []layout{a.qkv, a.out} }

// attentionOf runs attention on numbers of type T.
type attentionOf[T simd.Element] struct{ *attention }

func (a attentionOf[T]) forward(s *scratch[T], t *tape[T], call, n int, y, x []T) {
	qkv, mid := t.inner.at(call, n), t.mid.at(call, n)
	a.in(s, qkv, x, 0, n*a.positions)
	for i := range n {
		for head := range a.heads {
			s.attendHead(a.attention, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head)
		}
	}
	a.end(s, t.norm.at(call, n), y, x, mid)
}

// in computes the rotated queries and keys and the values of rows rows, the
// first of which is number first of the group.
func (a attentionOf[T]) in(s *scratch[T], qkv, x []T, first, rows int) {
	s.linear(a.qkv, qkv, x, rows)
	if a.rope != nil {
		rotate(a.rope, a.rope.sin, qkv, first, 3*a.d, 2*a.d)
	}
}

// end is the end of the forward pass over len(norm) rows.
func (a attentionOf[T]) end(s *scratch[T], norm []float32, y, x, mid []T) {
	branch := grow(&s.branch, len(norm)*a.d)
	s.linear(a.out, branch, mid, len(norm))
	simd.AddRMSNormRows(y, x, branch, norm, a.eps)
}

func (a attentionOf[T]) backward(s *scratch[T], t *tape[T], call, n int, d, y []T) {
	rows := n * a.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dMid := grow(&s.branch, rows*a.d)
	s.linearBackward(a.out, dMid, d, rows, false)
	qkv := t.inner.at(call, n)
	for i := range n {
		for head := range a.heads {
			s.attendHeadBackward(a.attention, dMid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head)
		}
	}
	if a.rope != nil {
		rotate(a.rope, a.rope.neg, qkv, 0, 3*a.d, 2*a.d)
	}
	s.linearBackward(a.qkv, d, qkv, rows, true)
}

func (a attentionOf[T]) gradient(s *scratch[T], t *tape[T], calls, n int, grad []float32) {
	rows := calls * n * a.positions
	s.linearGradient(a.qkv, grad, t.x.all(calls, n), t.inner.all(calls, n), rows)
	s.linearGradient(a.out, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
}

// phases is 3: the first linear map and the last one are shared out by rows,
// what is between them by heads.
func (a attentionOf[T]) phases() int { return 3 }

func (a attentionOf[T]) share(me *member[T], j *job[T], part, parts int) {
	rows := span(j.n*a.positions, part, parts, 1)
	qkv, mid := j.t.inner.data, j.t.mid.data
	switch j.phase {
	case 0:
		a.in(&me.s, cutRows(qkv, rows, 3*a.d), cutRows(j.x, rows, a.d), rows.lo, rows.len())
	case 1:
		heads := span(j.n*a.heads, part, parts, 1)
		for h := heads.lo; h < heads.hi; h++ {
			i := h / a.heads
			me.s.attendHead(a.attention, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], h%a.heads)
		}
	case 2:
		if rows.len() > 0 {
			a.end(&me.s, cutRows(j.t.norm.data, rows, 1), cutRows(j.y, rows, a.d), cutRows(j.x, rows, a.d), cutRows(mid, rows, a.d))
		}
	}
}
