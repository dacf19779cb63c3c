package nn

import "github.com/rereadml/reread/internal/simd"

// stack holds one buffer per call of a level, one after the other, so that all
// calls together are one matrix of calls·n·(rows per puzzle) rows.
type stack[T simd.Element] struct {
	data []T
	per  int // numbers per puzzle and call
}

// at returns the buffer of a call on n puzzles. A stack that keeps nothing
// returns nil.
func (s *stack[T]) at(call, n int) []T {
	if s.data == nil {
		return nil
	}
	size := n * s.per
	return s.data[call*size : (call+1)*size : (call+1)*size]
}

// all returns the buffers of all calls.
func (s *stack[T]) all(calls, n int) []T { return s.data[:calls*n*s.per] }

// tapeSizes are a sublayer's numbers per puzzle and call.
type tapeSizes struct {
	x     int // input and output
	inner int // output of the first linear map, but for gates and ups
	mid   int // input of the second linear map
	norm  int // factors of the norm

	gateUp int // gates and ups, which the backward pass alone asks for

	dInner, dMid int // gradients that cannot take the place of inner and mid
}

// newStack returns a stack for calls on up to capacity puzzles.
func newStack[T simd.Element](calls, capacity, per int) stack[T] {
	return stack[T]{data: simd.Aligned[T](calls * capacity * per), per: per}
}

// tape keeps what one sublayer's backward pass needs.
type tape[T simd.Element] struct {
	x     stack[T]       // inputs
	inner stack[T]       // outputs of the first linear map; the backward pass turns them into their gradients
	mid   stack[T]       // inputs of the second linear map
	norm  stack[float32] // factors of the norm
	sum   stack[T]       // gradients of x + f(x), written by the backward pass

	gateUp stack[T] // gates and ups; the backward pass turns them into their gradients

	dInner, dMid stack[T] // written by the backward pass, where sublayers ask for them
}

// levelTape keeps the activations of up to a fixed number of calls of one
// level on up to a fixed number of puzzles, in numbers of the type that the
// level is applied to.
type levelTape[T simd.Element] struct {
	keep   bool
	layers []layer[T]
	subs   []tape[T]
	out    stack[T]
}

func newLevelTape[T simd.Element](l *level, keep bool) *levelTape[T] {
	t := &levelTape[T]{keep: keep}
	for _, sub := range l.subs {
		t.layers = append(t.layers, layerOf[T](sub))
	}
	return t
}

// newTape returns a tape for training, with one slot for each call that is to
// be differentiated.
func newTape[T simd.Element](l *level, calls, capacity int) *levelTape[T] {
	t, size := newLevelTape[T](l, true), 0
	for _, sub := range l.subs {
		z := sub.sizes()
		size = z.x
		t.subs = append(t.subs, tape[T]{
			x: newStack[T](calls, capacity, z.x), inner: newStack[T](calls, capacity, z.inner), mid: newStack[T](calls, capacity, z.mid),
			norm: newStack[float32](calls, capacity, z.norm), sum: newStack[T](calls, capacity, z.x),
			gateUp: newStack[T](calls, capacity, z.gateUp),
			dInner: newStack[T](calls, capacity, z.dInner), dMid: newStack[T](calls, capacity, z.dMid),
		})
	}
	t.out = newStack[T](calls, capacity, size)
	return t
}

// tapeSize returns the numbers that a tape for training keeps of one puzzle and
// call.
func (l *level) tapeSize() int {
	n := 0
	for i, sub := range l.subs {
		z := sub.sizes()
		n += 2*z.x + z.inner + z.mid + z.norm + z.gateUp + z.dInner + z.dMid
		if i == 0 {
			n += z.x // the output
		}
	}
	return n
}

// newInferenceTape returns a tape that forgets: all sublayers and calls share
// one set of buffers, small enough to stay in cache.
func newInferenceTape[T simd.Element](l *level, capacity int) *levelTape[T] {
	var largest tapeSizes
	for _, sub := range l.subs {
		z := sub.sizes()
		largest.inner = max(largest.inner, z.inner)
		largest.mid = max(largest.mid, z.mid)
		largest.norm = max(largest.norm, z.norm)
	}
	inner := simd.Aligned[T](capacity * largest.inner)
	mid := simd.Aligned[T](capacity * largest.mid)
	norm := simd.Floats(capacity * largest.norm)
	t := newLevelTape[T](l, false)
	for _, sub := range l.subs {
		z := sub.sizes()
		t.subs = append(t.subs, tape[T]{
			inner: stack[T]{data: inner, per: z.inner},
			mid:   stack[T]{data: mid, per: z.mid},
			norm:  stack[float32]{data: norm, per: z.norm},
		})
	}
	return t
}
