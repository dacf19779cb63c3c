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
// With position groups a head attends only within each of its groups.
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

func (a *Attention) pack(train bool) {
	a.QKV.Pack(train)
	a.Out.Pack(train)
}

func (a *Attention) forward(s *Scratch, t *tape, call, n int, y, x []float32) {
	rows := n * a.positions
	qkv, mid := t.inner.at(call, n), t.mid.at(call, n)
	a.QKV.Forward(s, qkv, x, rows)
	for i := range n {
		a.eachGroup(func(head int, group []int) {
			a.attend(s, mid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head, group)
		})
	}
	branch := grow(&s.branch, rows*a.d)
	a.Out.Forward(s, branch, mid, rows)
	simd.AddRMSNormRows(y, x, branch, t.norm.at(call, n), a.eps)
}

func (a *Attention) backward(s *Scratch, t *tape, call, n int, d, y []float32) {
	rows := n * a.positions
	simd.RMSNormBackwardRows(d, y, t.norm.at(call, n))
	copy(t.sum.at(call, n), d)
	dMid := grow(&s.branch, rows*a.d)
	a.Out.Backward(s, dMid, d, rows, false)
	qkv := t.inner.at(call, n)
	for i := range n {
		a.eachGroup(func(head int, group []int) {
			a.attendBackward(s, dMid[i*a.positions*a.d:], qkv[i*a.positions*3*a.d:], head, group)
		})
	}
	a.QKV.Backward(s, d, qkv, rows, true)
}

func (a *Attention) gradient(s *Scratch, t *tape, calls, n int, grad []float32) {
	rows := calls * n * a.positions
	a.QKV.Gradient(s, grad, t.x.all(calls, n), t.inner.all(calls, n), rows)
	a.Out.Gradient(s, grad, t.mid.all(calls, n), t.sum.all(calls, n), rows)
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
func (a *Attention) attend(s *Scratch, out, qkv []float32, head int, group []int) {
	h := &s.head
	a.gather(h, qkv, head, group)
	a.probabilities(s, len(group))
	o := a.matrix(&h.o, len(group))
	simd.Gemm(&s.mul, o, simd.Operand[float32]{M: simd.Dense(h.prob, len(group), len(group))}, simd.Operand[float32]{M: simd.Dense(h.v, len(group), a.size)}, false)
	for i, p := range group {
		copy(out[p*a.d+head*a.size:][:a.size], o.Data[i*a.size:])
	}
}

// gather copies the rotated queries, rotated keys and values of a group.
func (a *Attention) gather(h *headScratch, qkv []float32, head int, group []int) {
	q := grow(&h.q, len(group)*a.size)
	k := grow(&h.k, len(group)*a.size)
	v := grow(&h.v, len(group)*a.size)
	for i, p := range group {
		row := qkv[p*3*a.d+head*a.size:]
		qi, ki := q[i*a.size:][:a.size], k[i*a.size:][:a.size]
		copy(qi, row)
		copy(ki, row[a.d:])
		copy(v[i*a.size:][:a.size], row[2*a.d:])
		if a.rope != nil {
			a.rope.rotate(qi, p)
			a.rope.rotate(ki, p)
		}
	}
}

// probabilities computes softmax(q·kᵀ/sqrt(size)) of the gathered group.
func (a *Attention) probabilities(s *Scratch, g int) {
	h := &s.head
	prob := simd.Dense(grow(&h.prob, g*g), g, g)
	simd.Gemm(&s.mul, prob, simd.Operand[float32]{M: simd.Dense(h.q, g, a.size)}, simd.Operand[float32]{M: simd.Dense(h.k, g, a.size).T()}, false)
	simd.SoftmaxRows(prob.Data, g, g, a.scale())
}

func (a *Attention) matrix(buf *[]float32, g int) simd.Matrix[float32] {
	return simd.Dense(grow(buf, g*a.size), g, a.size)
}

// attendBackward replaces the queries, keys and values of a group in qkv by
// their gradients, given dOut [L, D]. The probabilities are computed again:
// that is cheaper than keeping them for every call, head and puzzle.
func (a *Attention) attendBackward(s *Scratch, dOut, qkv []float32, head int, group []int) {
	g, h := len(group), &s.head
	a.gather(h, qkv, head, group)
	a.probabilities(s, g)
	do := a.matrix(&h.o, g)
	for i, p := range group {
		copy(do.Data[i*a.size:][:a.size], dOut[p*a.d+head*a.size:])
	}
	prob := simd.Dense(h.prob, g, g)
	q, k, v := simd.Dense(h.q, g, a.size), simd.Dense(h.k, g, a.size), simd.Dense(h.v, g, a.size)
	ds := simd.Dense(grow(&h.gradProb, g*g), g, g)

	simd.Gemm(&s.mul, a.matrix(&h.dv, g), simd.Operand[float32]{M: prob.T()}, simd.Operand[float32]{M: do}, false)
	simd.Gemm(&s.mul, ds, simd.Operand[float32]{M: do}, simd.Operand[float32]{M: v.T()}, false)
	simd.SoftmaxBackwardRows(ds.Data, prob.Data, g, g, a.scale())
	simd.Gemm(&s.mul, a.matrix(&h.dq, g), simd.Operand[float32]{M: ds}, simd.Operand[float32]{M: k}, false)
	simd.Gemm(&s.mul, a.matrix(&h.dk, g), simd.Operand[float32]{M: ds.T()}, simd.Operand[float32]{M: q}, false)
	a.scatter(h, qkv, head, group)
}

// scatter writes the gradients of a group over its queries, keys and values.
func (a *Attention) scatter(h *headScratch, qkv []float32, head int, group []int) {
	for i, p := range group {
		dq, dk := h.dq[i*a.size:][:a.size], h.dk[i*a.size:][:a.size]
		if a.rope != nil {
			a.rope.unrotate(dq, p)
			a.rope.unrotate(dk, p)
		}
		row := qkv[p*3*a.d+head*a.size:]
		copy(row[:a.size], dq)
		copy(row[a.d:][:a.size], dk)
		copy(row[2*a.d:][:a.size], h.dv[i*a.size:])
	}
}
