package nn

import "github.com/rereadml/reread/internal/simd"

// stack holds one buffer per call of a level, one after the other, so that all
// calls together are one matrix of calls·n·(rows per puzzle) rows.
type stack struct {
	data []float32
	per  int // numbers per puzzle and call
}

// at returns the buffer of a call on n puzzles. A stack that keeps nothing
// returns nil.
func (s *stack) at(call, n int) []float32 {
	if s.data == nil {
		return nil
	}
	size := n * s.per
	return s.data[call*size : (call+1)*size : (call+1)*size]
}

// all returns the buffers of all calls.
func (s *stack) all(calls, n int) []float32 { return s.data[:calls*n*s.per] }

// tapeSizes are a sublayer's numbers per puzzle and call.
type tapeSizes struct {
	x     int // input and output
	inner int // output of the first linear map
	mid   int // input of the second linear map
	norm  int // factors of the norm
}

// tape keeps what one sublayer's backward pass needs.
type tape struct {
	x     stack // inputs
	inner stack // outputs of the first linear map; Backward turns them into their gradients
	mid   stack // inputs of the second linear map
	norm  stack // factors of the norm
	sum   stack // gradients of x + f(x), written by Backward
}

// LevelTape keeps the activations of up to a fixed number of calls of one
// level on up to a fixed number of puzzles.
type LevelTape struct {
	keep bool
	subs []tape
	out  stack
}

// NewTape returns a tape for training, with one slot for each call that is to
// be differentiated.
func (l *Level) NewTape(calls, capacity int) *LevelTape {
	t := &LevelTape{keep: true}
	alloc := func(per int) stack { return stack{data: simd.Floats(calls * capacity * per), per: per} }
	for _, sub := range l.subs {
		z := sub.sizes()
		t.subs = append(t.subs, tape{
			x: alloc(z.x), inner: alloc(z.inner), mid: alloc(z.mid), norm: alloc(z.norm), sum: alloc(z.x),
		})
		t.out = stack{per: z.x}
	}
	t.out = alloc(t.out.per)
	return t
}

// NewInferenceTape returns a tape that forgets: all sublayers and calls share
// one set of buffers, small enough to stay in cache.
func (l *Level) NewInferenceTape(capacity int) *LevelTape {
	var largest tapeSizes
	for _, sub := range l.subs {
		z := sub.sizes()
		largest.inner = max(largest.inner, z.inner)
		largest.mid = max(largest.mid, z.mid)
		largest.norm = max(largest.norm, z.norm)
	}
	inner := simd.Floats(capacity * largest.inner)
	mid := simd.Floats(capacity * largest.mid)
	norm := simd.Floats(capacity * largest.norm)
	t := &LevelTape{}
	for _, sub := range l.subs {
		z := sub.sizes()
		t.subs = append(t.subs, tape{
			inner: stack{data: inner, per: z.inner},
			mid:   stack{data: mid, per: z.mid},
			norm:  stack{data: norm, per: z.norm},
		})
	}
	return t
}
