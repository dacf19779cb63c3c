package nn

import (
	"math"

	"github.com/rereadml/reread/internal/simd"
)

// headScratch is the working memory of one head of one puzzle.
type headScratch[T simd.Element] struct {
	qkv, o []T       // rows in the order of a grouping
	scores []float32 // of a block of queries, then the gradient of the probabilities
	prob   []T       // probabilities, then the gradient of the scores
	dk, dv []float32 // sums over the blocks of queries
}

// headRows are the queries, keys, values and outputs of one head. In the
// backward pass o holds the gradients of the outputs.
type headRows[T simd.Element] struct{ q, k, v, o simd.Matrix[T] }

// rowsOf returns the rows of a head in qkv [L, 3·d] and o [L, d].
func rowsOf[T simd.Element](a *attention, qkv, o []T, head, d int) headRows[T] {
	at := func(x []T, from, stride int) simd.Matrix[T] {
		return simd.Matrix[T]{Data: x[from:], Rows: a.positions, Cols: a.size, RS: stride, CS: 1}
	}
	lo := head * a.size
	return headRows[T]{at(qkv, lo, 3*d), at(qkv, d+lo, 3*d), at(qkv, 2*d+lo, 3*d), at(o, lo, d)}
}

// attendHead computes the output of one head of one puzzle, from qkv [L, 3D]
// into out [L, D].
func (s *scratch[T]) attendHead(a *attention, out, qkv []T, head int) {
	rows, g := rowsOf(a, qkv, out, head, a.d), &a.groups[head]
	if g.order == nil {
		s.attend(a, rows, g)
		return
	}
	sorted := s.sorted(a)
	sorted.gather(rows, g.order)
	s.attend(a, sorted, g)
	scatter(rows.o, sorted.o, g.order)
}

// attendHeadBackward replaces the queries, keys and values of one head of one
// puzzle in qkv by their gradients, given that of the output.
func (s *scratch[T]) attendHeadBackward(a *attention, dOut, qkv []T, head int) {
	rows, g := rowsOf(a, qkv, dOut, head, a.d), &a.groups[head]
	if g.order == nil {
		s.attendBackward(a, rows, g)
		return
	}
	sorted := s.sorted(a)
	sorted.gather(rows, g.order)
	gather(sorted.o, rows.o, g.order)
	s.attendBackward(a, sorted, g)
	scatter(rows.q, sorted.q, g.order)
	scatter(rows.k, sorted.k, g.order)
	scatter(rows.v, sorted.v, g.order)
}

// sorted returns memory for the rows of a head.
func (s *scratch[T]) sorted(a *attention) headRows[T] {
	n := a.positions * a.size
	return rowsOf(a, grow(&s.head.qkv, 3*n), grow(&s.head.o, n), 0, a.size)
}

func (r headRows[T]) gather(from headRows[T], order []int) {
	gather(r.q, from.q, order)
	gather(r.k, from.k, order)
	gather(r.v, from.v, order)
}

// gather copies the rows of src in the given order.
func gather[T simd.Element](dst, src simd.Matrix[T], order []int) {
	for i, p := range order {
		copy(dst.Data[i*dst.RS:][:dst.Cols], src.Data[p*src.RS:])
	}
}

// scatter undoes gather.
func scatter[T simd.Element](dst, src simd.Matrix[T], order []int) {
	for i, p := range order {
		copy(dst.Data[p*dst.RS:][:dst.Cols], src.Data[i*src.RS:])
	}
}

// attend computes the outputs of a head's queries, a block of them at a time.
func (s *scratch[T]) attend(a *attention, r headRows[T], g *grouping) {
	for _, b := range g.batches {
		for q := b.first(); q.rows > 0; q = q.next() {
			prob := s.probabilities(a, r, q)
			multiply(s, q, queries(r.o, q), prob, keys(r.v, q), false)
		}
	}
}

// attendBackward replaces the queries, keys and values of a head by their
// gradients. The probabilities are computed again: that is cheaper than keeping
// them for every call, head and puzzle.
func (s *scratch[T]) attendBackward(a *attention, r headRows[T], g *grouping) {
	h := &s.head
	dk := simd.Dense(grow(&h.dk, a.positions*a.size), a.positions, a.size)
	dv := simd.Dense(grow(&h.dv, a.positions*a.size), a.positions, a.size)
	for _, b := range g.batches {
		for q := b.first(); q.rows > 0; q = q.next() {
			prob := s.probabilities(a, r, q)
			do, dq := queries(r.o, q), queries(r.q, q)
			multiply(s, q, keys(dv, q), prob.T(), do, q.lo > 0)
			multiply(s, q, scores(&h.scores, q), do, keys(r.v, q).T(), false)
			simd.SoftmaxBackwardRows(h.prob, h.scores, h.prob, q.size, q.stride(), a.scale())
			multiply(s, q, keys(dk, q), prob.T(), dq, q.lo > 0)
			multiply(s, q, dq, prob, keys(r.k, q), false)
		}
	}
	simd.ConvertRows(r.k, dk)
	simd.ConvertRows(r.v, dv)
}

// probabilities computes softmax(q·kᵀ/sqrt(size)) for a block of queries.
func (s *scratch[T]) probabilities(a *attention, r headRows[T], q queryBlock) simd.Each[T] {
	h := &s.head
	prob := scores(&h.prob, q)
	multiply(s, q, scores(&h.scores, q), queries(r.q, q), keys(r.k, q).T(), false)
	simd.SoftmaxRows(h.prob, h.scores, q.size, q.stride(), a.scale())
	return prob
}

func (a *attention) scale() float32 { return float32(1 / math.Sqrt(float64(a.size))) }

func multiply[C, T simd.Element](s *scratch[T], q queryBlock, c simd.Each[C], a, b simd.Each[T], accumulate bool) {
	simd.GemmBatch(&s.mul, q.n, c, a, b, accumulate)
}
