package nn

import (
	"fmt"
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// Attention is multi-head self-attention without a mask, with its residual and
// norm:
//
//	q, k, v = split(x·W_qkvᵀ)                     rows: Q heads, K heads, V heads
//	a_h = softmax(rope(q_h)·rope(k_h)ᵀ / sqrt(head size))·v_h
//	y = norm(x + concat(a_h)·W_oᵀ)
//
// With position groups a head attends only within each of its groups. Scores
// and probabilities are float32 at any precision.
type Attention struct {
	QKV, Out     *Linear
	positions, d int
	heads, size  int
	rope         *RoPE     // nil without rotary positions
	groups       [][][]int // per head: lists of positions
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
	return &Attention{
		QKV:       NewLinear(ps, prefix+".qkv_proj.weight", d, 3*d),
		Out:       NewLinear(ps, prefix+".o_proj.weight", d, d),
		positions: positions, d: d, heads: heads, size: d / heads,
		rope: rope, groups: members, eps: eps,
	}, nil
}

// groupMembers turns group identifiers into lists of positions, in the order
// in which the identifiers first appear.
func groupMembers(groups [][]int, heads, positions int) ([][][]int, error) {
	if groups != nil && len(groups) != heads {
		return nil, fmt.Errorf("nn: position groups for %d heads, want %d", len(groups), heads)
	}
	members := make([][][]int, heads)
	for h := range members {
		ids := make([]int, positions) // one group of all positions
		if groups != nil && groups[h] != nil {
			ids = groups[h]
		}
		if len(ids) != positions {
			return nil, fmt.Errorf("nn: head %d has group identifiers for %d positions, want %d", h, len(ids), positions)
		}
		index := map[int]int{}
		for p, id := range ids {
			g, ok := index[id]
			if !ok {
				g = len(members[h])
				index[id] = g
				members[h] = append(members[h], nil)
			}
			members[h][g] = append(members[h][g], p)
		}
	}
	return members, nil
}

func (a *Attention) sizes() tapeSizes {
	return tapeSizes{x: a.positions * a.d, inner: a.positions * 3 * a.d, mid: a.positions * a.d, norm: a.positions}
}

func (a *Attention) weights() []Layout { return []Layout{a.QKV, a.Out} }

func (s *Scratch[T]) attention(a *Attention, t *tape[T], call, n int, y, x []T) {
	qkv, mid := t.inner.at(call, n), t.mid.at(call, n)
	s.linear(a.QKV, qkv, x, n*a.positions)
	for i := range n {
		for head := range a.heads {
			s.attendHead(a, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head)
		}
	}
	s.attentionOut(a, t.norm.at(call, n), y, x, mid)
}

// attentionOut is the end of the forward pass over len(norm) rows.
func (s *Scratch[T]) attentionOut(a *Attention, norm []float32, y, x, mid []T) {
	branch := grow(&s.branch, len(norm)*a.d)
	s.linear(a.Out, branch, mid, len(norm))
	simd.AddRMSNormRows(y, x, branch, norm, a.eps)
}

// attendHead computes the output of one head of one puzzle.
func (s *Scratch[T]) attendHead(a *Attention, out, qkv []T, head int) {
	for _, group := range a.groups[head] {
		s.attend(a, out, qkv, head, group)
	}
}

func (s *Scratch[T]) attentionBackward(a *Attention, t *tape[T], call, n int, d, y []T) {
	rows := n * a.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dMid := grow(&s.branch, rows*a.d)
	s.linearBackward(a.Out, dMid, d, rows, false)
	qkv := t.inner.at(call, n)
	for i := range n {
		a.eachGroup(func(head int, group []int) {
			s.attendBackward(a, dMid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head, group)
		})
	}
	s.linearBackward(a.QKV, d, qkv, rows, true)
}

func (s *Scratch[T]) attentionGradient(a *Attention, t *tape[T], calls, n int, grad []float32) {
	rows := calls * n * a.positions
	s.linearGradient(a.QKV, grad, t.x.all(calls, n), t.inner.all(calls, n), rows)
	s.linearGradient(a.Out, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
}

func (a *Attention) eachGroup(f func(head int, group []int)) {
	for h, groups := range a.groups {
		for _, g := range groups {
			f(h, g)
		}
	}
}

// headScratch holds one group of one head: the gathered vectors [g, size],
// their gradients and the matrices of attention probabilities [g, g].
type headScratch struct {
	q, k, v, o     []float32
	dq, dk, dv     []float32
	prob, gradProb []float32
}

func (a *Attention) scale() float32 { return float32(1 / math.Sqrt(float64(a.size))) }

// attend computes the output of one head for one group of positions of one
// puzzle, from qkv [L, 3D] into out [L, D].
func (s *Scratch[T]) attend(a *Attention, out, qkv []T, head int, group []int) {
	h := &s.head
	gather(a, h, qkv, head, group)
	s.probabilities(a, len(group))
	o := headMatrix(a, &h.o, len(group))
	simd.Gemm(&s.mul, o, simd.Operand[float32]{M: simd.Dense(h.prob, len(group), len(group))}, simd.Operand[float32]{M: simd.Dense(h.v, len(group), a.size)}, false)
	for i, p := range group {
		simd.Convert(out[p*a.d+head*a.size:][:a.size], o.Data[i*a.size:][:a.size])
	}
}

// gather copies the rotated queries, rotated keys and values of a group.
func gather[T simd.Element](a *Attention, h *headScratch, qkv []T, head int, group []int) {
	q := grow(&h.q, len(group)*a.size)
	k := grow(&h.k, len(group)*a.size)
	v := grow(&h.v, len(group)*a.size)
	for i, p := range group {
		row := qkv[p*3*a.d+head*a.size:]
		qi, ki := q[i*a.size:][:a.size], k[i*a.size:][:a.size]
		simd.Convert(qi, row[:a.size])
		simd.Convert(ki, row[a.d:][:a.size])
		simd.Convert(v[i*a.size:][:a.size], row[2*a.d:][:a.size])
		if a.rope != nil {
			a.rope.rotate(qi, p)
			a.rope.rotate(ki, p)
		}
	}
}

// probabilities computes softmax(q·kᵀ/sqrt(size)) of the gathered group.
func (s *Scratch[T]) probabilities(a *Attention, g int) {
	h := &s.head
	prob := simd.Dense(grow(&h.prob, g*g), g, g)
	simd.Gemm(&s.mul, prob, simd.Operand[float32]{M: simd.Dense(h.q, g, a.size)}, simd.Operand[float32]{M: simd.Dense(h.k, g, a.size).T()}, false)
	simd.SoftmaxRows(prob.Data, prob.Data, g, g, a.scale())
}

func headMatrix(a *Attention, buf *[]float32, g int) simd.Matrix[float32] {
	return simd.Dense(grow(buf, g*a.size), g, a.size)
}

// attendBackward replaces the queries, keys and values of a group in qkv by
// their gradients, given dOut [L, D]. The probabilities are computed again:
// that is cheaper than keeping them for every call, head and puzzle.
func (s *Scratch[T]) attendBackward(a *Attention, dOut, qkv []T, head int, group []int) {
	g, h := len(group), &s.head
	gather(a, h, qkv, head, group)
	s.probabilities(a, g)
	do := headMatrix(a, &h.o, g)
	for i, p := range group {
		simd.Convert(do.Data[i*a.size:][:a.size], dOut[p*a.d+head*a.size:][:a.size])
	}
	prob := simd.Dense(h.prob, g, g)
	q, k, v := simd.Dense(h.q, g, a.size), simd.Dense(h.k, g, a.size), simd.Dense(h.v, g, a.size)
	ds := simd.Dense(grow(&h.gradProb, g*g), g, g)

	simd.Gemm(&s.mul, headMatrix(a, &h.dv, g), simd.Operand[float32]{M: prob.T()}, simd.Operand[float32]{M: do}, false)
	simd.Gemm(&s.mul, ds, simd.Operand[float32]{M: do}, simd.Operand[float32]{M: v.T()}, false)
	simd.SoftmaxBackwardRows(ds.Data, ds.Data, prob.Data, g, g, a.scale())
	simd.Gemm(&s.mul, headMatrix(a, &h.dq, g), simd.Operand[float32]{M: ds}, simd.Operand[float32]{M: k}, false)
	simd.Gemm(&s.mul, headMatrix(a, &h.dk, g), simd.Operand[float32]{M: ds.T()}, simd.Operand[float32]{M: q}, false)
	scatter(a, h, qkv, head, group)
}

// scatter writes the gradients of a group over its queries, keys and values.
func scatter[T simd.Element](a *Attention, h *headScratch, qkv []T, head int, group []int) {
	for i, p := range group {
		dq, dk := h.dq[i*a.size:][:a.size], h.dk[i*a.size:][:a.size]
		if a.rope != nil {
			a.rope.unrotate(dq, p)
			a.rope.unrotate(dk, p)
		}
		row := qkv[p*3*a.d+head*a.size:]
		simd.Convert(row[:a.size], dq)
		simd.Convert(row[a.d:][:a.size], dk)
		simd.Convert(row[2*a.d:][:a.size], h.dv[i*a.size:][:a.size])
	}
}
