package nn

import (
	"math"
	"slices"

	"github.com/rereadml/reread/internal/onnx"
)

func (a *attention) graph(g *onnx.Graph) func(x onnx.Value) onnx.Value {
	var qkv [3]onnx.Value
	for i, part := range matrixOf(a.qkv.w).split("q", "k", "v") {
		qkv[i] = part.right(g)
	}
	out := matrixOf(a.out.w).right(g)
	rotate, mask := a.rope.graph(g), a.graphMask(g)
	heads := func(x, w onnx.Value) onnx.Value { // [batch, L, heads, size]
		return g.Op("Reshape", []onnx.Value{g.Op("MatMul", []onnx.Value{x, w}), g.Ints(0, 0, a.heads, a.size)})
	}
	return func(x onnx.Value) onnx.Value {
		q := g.Op("Transpose", []onnx.Value{rotate(heads(x, qkv[0]))}, onnx.Ints("perm", 0, 2, 1, 3))
		kT := g.Op("Transpose", []onnx.Value{rotate(heads(x, qkv[1]))}, onnx.Ints("perm", 0, 2, 3, 1))
		v := g.Op("Transpose", []onnx.Value{heads(x, qkv[2])}, onnx.Ints("perm", 0, 2, 1, 3))

		scores := g.Op("Mul", []onnx.Value{g.Op("MatMul", []onnx.Value{q, kT}), g.Scalar(a.scale())})
		prob := g.Op("Softmax", []onnx.Value{mask(scores)}, onnx.Axis(-1))
		mixed := g.Op("Transpose", []onnx.Value{g.Op("MatMul", []onnx.Value{prob, v})}, onnx.Ints("perm", 0, 2, 1, 3))
		mixed = g.Op("Reshape", []onnx.Value{mixed, g.Ints(0, 0, a.d)})
		return addNorm(g, x, g.Op("MatMul", []onnx.Value{mixed, out}), -1, a.eps)
	}
}

// graph returns what adds the rotation of vectors [batch, L, heads, size] by
// their positions' angles: x·cos + (x2, x1)·(-sin, sin) with x1 and x2 the
// halves of x. Without rotary positions, r is nil, it adds nothing.
func (r *rope) graph(g *onnx.Graph) func(x onnx.Value) onnx.Value {
	if r == nil {
		return func(x onnx.Value) onnx.Value { return x }
	}
	positions := len(r.cos) / r.half
	table := func(first, second []float32) onnx.Value {
		var rows []float32
		for i := 0; i < len(first); i += r.half {
			rows = append(append(rows, first[i:i+r.half]...), second[i:i+r.half]...)
		}
		return g.Floats(rows, positions, 1, 2*r.half)
	}
	cos, sin := table(r.cos, r.cos), table(r.neg, r.sin)
	return func(x onnx.Value) onnx.Value {
		half := g.OpN("Split", 2, []onnx.Value{x}, onnx.Axis(-1))
		swapped := g.Op("Concat", []onnx.Value{half[1], half[0]}, onnx.Axis(-1))
		return g.Op("Add", []onnx.Value{g.Op("Mul", []onnx.Value{x, cos}), g.Op("Mul", []onnx.Value{swapped, sin})})
	}
}

// graphMask returns what confines scores [batch, heads, L, L] to the heads'
// groups: it adds nothing within a group, minus infinity between groups.
func (a *attention) graphMask(g *onnx.Graph) func(scores onnx.Value) onnx.Value {
	grouped := slices.ContainsFunc(a.groups, func(g grouping) bool { return len(g.members) > 1 })
	if !grouped {
		return func(scores onnx.Value) onnx.Value { return scores }
	}
	size := a.positions * a.positions
	mask := slices.Repeat([]float32{float32(math.Inf(-1))}, a.heads*size)
	for head, grouping := range a.groups {
		for _, group := range grouping.members {
			for _, q := range group {
				for _, k := range group {
					mask[head*size+q*a.positions+k] = 0
				}
			}
		}
	}
	constant := g.Floats(mask, a.heads, a.positions, a.positions)
	return func(scores onnx.Value) onnx.Value { return g.Op("Add", []onnx.Value{scores, constant}) }
}
