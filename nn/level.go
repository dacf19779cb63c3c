package nn

import (
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// sublayer is a residual branch under a post-norm: y = norm(x + f(x)).
type sublayer interface {
	sizes() tapeSizes
	weights() []Layout
	graphed
}

// Layout is a weight that is laid out anew after each change: see [Linear.Pack].
type Layout interface {
	Pack(p Precision, train bool)
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
// added to the state, then its blocks in order. Tapes apply it, in the numbers
// of any precision.
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

// Forward replaces z [n, L, D] by the level applied to z + injection, or to z
// alone where injection is nil. A tape for training records the call in the
// given slot.
func (t *LevelTape[T]) Forward(s *Scratch[T], call, n int, z, injection []T) {
	if !t.keep {
		call = 0
	}
	x := t.input(0, call, n, z)
	if injection != nil {
		simd.Add(x, z, injection)
	} else {
		copy(x, z)
	}
	for i, sub := range t.level.subs {
		y := t.input(i+1, call, n, z)
		if s.team != nil && !t.keep {
			s.team.forward(sub, &t.subs[i], n, y, x)
		} else {
			s.forward(sub, &t.subs[i], call, n, y, x)
		}
		x = y
	}
	if t.keep {
		copy(z, x)
	}
}

// input returns where sublayer i reads: its slot, or z itself when the tape
// keeps nothing. The input of the sublayer after the last is the output.
func (t *LevelTape[T]) input(i, call, n int, z []T) []T {
	if !t.keep {
		return z
	}
	if i == len(t.subs) {
		return t.out.at(call, n)
	}
	return t.subs[i].x.at(call, n)
}

// Backward replaces d, the gradient of the call's output, by the gradient of
// the sum z + injection that went in.
func (t *LevelTape[T]) Backward(s *Scratch[T], call, n int, d []T) {
	for i := len(t.subs) - 1; i >= 0; i-- {
		y := t.input(i+1, call, n, nil)
		s.backward(t.level.subs[i], &t.subs[i], call, n, d, y)
	}
}

// Gradient adds the weight gradients of the first calls slots, all of which
// have been through Backward, to grad, a vector in the layout of
// [Params.Data].
func (t *LevelTape[T]) Gradient(s *Scratch[T], calls, n int, grad []float32) {
	for i, sub := range t.level.subs {
		s.gradient(sub, &t.subs[i], calls, n, grad)
	}
}

// forward computes y from x for call slot call of n puzzles. y may be x.
func (s *Scratch[T]) forward(sub sublayer, t *tape[T], call, n int, y, x []T) {
	switch m := sub.(type) {
	case *Attention:
		s.attention(m, t, call, n, y, x)
	case *SwiGLU:
		s.swiglu(m, t, call, n, y, x)
	case *TokenSwiGLU:
		s.tokenSwiGLU(m, t, call, n, y, x)
	default:
		panic(fmt.Sprintf("nn: no forward pass for %T", sub))
	}
}

// backward replaces d, the gradient of the output y, by that of the input.
func (s *Scratch[T]) backward(sub sublayer, t *tape[T], call, n int, d, y []T) {
	switch m := sub.(type) {
	case *Attention:
		s.attentionBackward(m, t, call, n, d, y)
	case *SwiGLU:
		s.swigluBackward(m, t, call, n, d, y)
	case *TokenSwiGLU:
		s.tokenSwiGLUBackward(m, t, call, n, d, y)
	}
}

// gradient adds the weight gradients of calls calls to grad.
func (s *Scratch[T]) gradient(sub sublayer, t *tape[T], calls, n int, grad []float32) {
	switch m := sub.(type) {
	case *Attention:
		s.attentionGradient(m, t, calls, n, grad)
	case *SwiGLU:
		s.swigluGradient(m, t, calls, n, grad)
	case *TokenSwiGLU:
		s.tokenSwiGLUGradient(m, t, calls, n, grad)
	}
}
