package nn

import (
	"fmt"

	"github.com/rereadml/reread/internal/onnx"
	"github.com/rereadml/reread/internal/simd"
)

// sublayer is a residual branch under a post-norm, y = norm(x + f(x)): plain
// data. [layerOf] has its passes. No method names a layer: all passes would be
// compiled again in every package that knows a [Model].
type sublayer interface {
	sizes() tapeSizes
	weights() []layout
	// graph adds the weights to g, and returns what adds a call with the input
	// x [batch, L, D] and returns its output.
	graph(g *onnx.Graph) func(x onnx.Value) onnx.Value
}

// layer is the passes of a sublayer on numbers of type T, over n puzzles.
type layer[T simd.Element] interface {
	// forward computes y from x for a call slot. y may be x.
	forward(s *scratch[T], t *tape[T], call, n int, y, x []T)
	// backward replaces d, the gradient of the output y, by that of the input.
	backward(s *scratch[T], t *tape[T], call, n int, d, y []T)
	// gradient adds the weight gradients of the first calls slots to grad.
	gradient(s *scratch[T], t *tape[T], calls, n int, grad []float32)
	// phases is the number of stages of a forward pass that several goroutines
	// share, and share is one part of one of them.
	phases() int
	share(me *member[T], j *job[T], part, parts int)
}

// layerOf returns the passes of a sublayer on numbers of type T.
func layerOf[T simd.Element](sub sublayer) layer[T] {
	switch m := sub.(type) {
	case *attention:
		return attentionOf[T]{m}
	case *swiglu:
		return swigluOf[T]{m}
	case *tokenSwiGLU:
		return tokenSwiGLUOf[T]{m}
	case *unitMix:
		return unitMixOf[T]{m}
	}
	panic(fmt.Sprintf("nn: no passes for %T", sub)) // ours to keep right
}

// layout is a weight that is laid out anew after each change.
type layout interface {
	pack(p Precision, train bool)
	packBackward(p Precision)
	// depth is the length of the forward pass's dot products.
	depth() int
}

// level is the network that a recursion applies again and again: an injection
// added to the state, then its sublayers in order. A block is two of them:
// mixing over the positions, then a SwiGLU over the channels.
type level struct{ subs []sublayer }

// newLevel registers the weights of a level under its name. Its blocks are
//
//	x = norm(x + mix(x))
//	x = norm(x + swiglu(x))
func newLevel(ps *Params, a *Arch, spec levelSpec) (*level, error) {
	l, first := new(level), len(ps.list)
	mix, err := mixing(ps, a, spec.tokenMLP)
	if err != nil {
		return nil, err
	}
	for i := range spec.layers {
		prefix := fmt.Sprintf("%s.layers.%d", spec.name, i)
		m, err := mix(prefix)
		if err != nil {
			return nil, err
		}
		l.subs = append(l.subs, m, newSwiGLU(ps, prefix+".mlp", a))
	}
	for _, q := range ps.list[first:] {
		q.hidden = true
	}
	return l, nil
}

// mixing returns what makes the sublayers that mix the positions.
func mixing(ps *Params, a *Arch, tokenMLP bool) (func(prefix string) (sublayer, error), error) {
	if len(a.Units) > 0 {
		return func(prefix string) (sublayer, error) { return newUnitMix(ps, prefix+".units", a) }, nil
	}
	if tokenMLP {
		return func(prefix string) (sublayer, error) { return newTokenSwiGLU(ps, prefix+".mlp_t", a), nil }, nil
	}
	groups, err := a.headGroups()
	if err != nil {
		return nil, err
	}
	var tables *rope
	if a.PosEncodings == PosRoPE {
		tables = newRoPE(a.Positions(), a.HiddenSize/a.NumHeads, a.ropeTheta())
	}
	return func(prefix string) (sublayer, error) {
		return newAttention(ps, prefix+".self_attn", a.Positions(), a.HiddenSize, a.NumHeads, tables, groups, a.Eps())
	}, nil
}

func (l *level) weights() []layout {
	var out []layout
	for _, s := range l.subs {
		out = append(out, s.weights()...)
	}
	return out
}

// forward replaces z [n, L, D] by the level applied to z + injection, or to z
// alone where injection is nil. A tape for training records the call in the
// given slot.
func (t *levelTape[T]) forward(s *scratch[T], call, n int, z, injection []T) {
	if !t.keep {
		call = 0
	}
	x := t.input(0, call, n, z)
	if injection != nil {
		simd.Add(x, z, injection)
	} else {
		copy(x, z)
	}
	for i, l := range t.layers {
		y := t.input(i+1, call, n, z)
		if s.team != nil && !t.keep {
			s.team.forward(l, &t.subs[i], n, y, x)
		} else {
			l.forward(s, &t.subs[i], call, n, y, x)
		}
		x = y
	}
	if t.keep {
		copy(z, x)
	}
}

// input returns where sublayer i reads: its slot, or z itself when the tape
// keeps nothing. The input of the sublayer after the last is the output.
func (t *levelTape[T]) input(i, call, n int, z []T) []T {
	if !t.keep {
		return z
	}
	if i == len(t.subs) {
		return t.out.at(call, n)
	}
	return t.subs[i].x.at(call, n)
}

// backward replaces d, the gradient of the call's output, by the gradient of
// the sum z + injection that went in.
func (t *levelTape[T]) backward(s *scratch[T], call, n int, d []T) {
	for i := len(t.subs) - 1; i >= 0; i-- {
		y := t.input(i+1, call, n, nil)
		t.layers[i].backward(s, &t.subs[i], call, n, d, y)
	}
}

// gradient adds the weight gradients of the first calls slots, all of which
// have been through backward, to grad, a vector in the layout of
// [Params.Data].
func (t *levelTape[T]) gradient(s *scratch[T], calls, n int, grad []float32) {
	for i, l := range t.layers {
		l.gradient(s, &t.subs[i], calls, n, grad)
	}
}
