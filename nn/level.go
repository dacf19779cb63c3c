package nn

import "github.com/rereadml/reread/internal/simd"

// sublayer is a residual branch under a post-norm: y = norm(x + f(x)).
type sublayer interface {
	sizes() tapeSizes
	// pack lays out the weights after they changed.
	pack(train bool)
	// forward computes y from x for call slot call of n puzzles. y may be x.
	forward(s *Scratch, t *tape, call, n int, y, x []float32)
	// backward replaces d, the gradient of the output y, by that of the input.
	backward(s *Scratch, t *tape, call, n int, d, y []float32)
	// gradient adds the weight gradients of calls calls to grad.
	gradient(s *Scratch, t *tape, calls, n int, grad []float32)
}

// Block is one layer of a level, two post-norm sublayers: mixing over the
// positions by attention or a token MLP, then a SwiGLU over the channels.
//
//	x = norm(x + mix(x))
//	x = norm(x + swiglu(x))
type Block struct {
	Mix sublayer // *Attention or *TokenSwiGLU
	MLP *SwiGLU
}

// Level is the network that a recursion applies again and again: an injection
// added to the state, then its blocks in order.
type Level struct {
	Blocks []Block
	subs   []sublayer
}

// NewLevel returns a level of the given blocks.
func NewLevel(blocks []Block) *Level {
	l := &Level{Blocks: blocks}
	for _, b := range blocks {
		l.subs = append(l.subs, b.Mix, b.MLP)
	}
	return l
}

// Pack lays out all weights; it must follow every change of them.
func (l *Level) Pack(train bool) {
	for _, sub := range l.subs {
		sub.pack(train)
	}
}

// Forward replaces z [n, L, D] by the level applied to z + a + b, where b, or
// both, may be nil. A tape for training records the call in the given slot.
func (l *Level) Forward(s *Scratch, t *LevelTape, call, n int, z, a, b []float32) {
	if !t.keep {
		call = 0
	}
	x := t.input(0, call, n, z)
	inject(x, z, a, b)
	for i, sub := range l.subs {
		y := t.input(i+1, call, n, z)
		sub.forward(s, &t.subs[i], call, n, y, x)
		x = y
	}
	if t.keep {
		copy(z, x)
	}
}

func inject(x, z, a, b []float32) {
	switch {
	case b != nil:
		simd.Add(x, z, a)
		simd.Add(x, x, b)
	case a != nil:
		simd.Add(x, z, a)
	default:
		copy(x, z)
	}
}

// input returns where sublayer i reads: its slot, or z itself when the tape
// keeps nothing. The input of the sublayer after the last is the output.
func (t *LevelTape) input(i, call, n int, z []float32) []float32 {
	if !t.keep {
		return z
	}
	if i == len(t.subs) {
		return t.out.at(call, n)
	}
	return t.subs[i].x.at(call, n)
}

// Backward replaces d, the gradient of the call's output, by the gradient of
// the sum z + a + b that went in.
func (l *Level) Backward(s *Scratch, t *LevelTape, call, n int, d []float32) {
	for i := len(l.subs) - 1; i >= 0; i-- {
		y := t.input(i+1, call, n, nil)
		l.subs[i].backward(s, &t.subs[i], call, n, d, y)
	}
}

// Gradient adds the weight gradients of the first calls slots, all of which
// have been through Backward, to grad, a vector in the layout of
// [Params.Data].
func (l *Level) Gradient(s *Scratch, t *LevelTape, calls, n int, grad []float32) {
	for i, sub := range l.subs {
		sub.gradient(s, &t.subs[i], calls, n, grad)
	}
}
