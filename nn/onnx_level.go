package nn

import "github.com/rereadml/reread/internal/onnx"

func (m *swiglu) graph(g *onnx.Graph) func(x onnx.Value) onnx.Value {
	gateUp := matrixOf(m.gateUp.w).split("gate", "up")
	gate, up, down := gateUp[0].right(g), gateUp[1].right(g), matrixOf(m.down.w).right(g)
	return func(x onnx.Value) onnx.Value {
		hidden := gated(g, g.Op("MatMul", []onnx.Value{x, gate}), g.Op("MatMul", []onnx.Value{x, up}))
		return addNorm(g, x, g.Op("MatMul", []onnx.Value{hidden, down}), -1, m.eps)
	}
}

func (m *tokenSwiGLU) graph(g *onnx.Graph) func(x onnx.Value) onnx.Value {
	gateUp := matrixOf(m.gateUp.w).split("gate", "up")
	gate, up, down := gateUp[0].left(g), gateUp[1].left(g), matrixOf(m.down.w).left(g)
	return func(x onnx.Value) onnx.Value {
		hidden := gated(g, g.Op("MatMul", []onnx.Value{gate, x}), g.Op("MatMul", []onnx.Value{up, x}))
		return addNorm(g, x, g.Op("MatMul", []onnx.Value{down, hidden}), 1, m.eps)
	}
}

// gated adds silu(gate)·up.
func gated(g *onnx.Graph, gate, up onnx.Value) onnx.Value {
	silu := g.Op("Mul", []onnx.Value{gate, g.Op("Sigmoid", []onnx.Value{gate})})
	return g.Op("Mul", []onnx.Value{silu, up})
}

// addNorm adds the RMS norm of x + branch over an axis.
func addNorm(g *onnx.Graph, x, branch onnx.Value, axis int, eps float32) onnx.Value {
	sum := g.Op("Add", []onnx.Value{x, branch})
	square := g.Op("Mul", []onnx.Value{sum, sum})
	mean := g.Op("ReduceMean", []onnx.Value{square}, onnx.Ints("axes", axis))
	root := g.Op("Sqrt", []onnx.Value{g.Op("Add", []onnx.Value{mean, g.Scalar(eps)})})
	return g.Op("Div", []onnx.Value{sum, root})
}
