package nn

import "github.com/rereadml/reread/internal/onnx"

// graph adds the inputs of a puzzle to g and returns their embedding
// [batch, L, D].
func (e *Input) graph(g *onnx.Graph) onnx.Value {
	tokens := g.Input("inputs", onnx.Int64, onnx.Batch, e.cells)
	x := g.Op("Gather", []onnx.Value{matrixOf(e.Tokens).left(g), tokens})
	if e.Puzzles != nil {
		prefix := e.Puzzles.graph(g, e.prefix, e.d)
		x = g.Op("Concat", []onnx.Value{prefix, x}, onnx.Axis(1))
	}
	if e.Positions != nil {
		x = g.Op("Add", []onnx.Value{x, matrixOf(e.Positions).left(g)})
	}
	return g.Op("Mul", []onnx.Value{x, g.Scalar(e.scale)})
}

// graph returns the rows of the identifiers, filled up with zeros, as prefix
// positions of d channels.
func (e *SparseEmbedding) graph(g *onnx.Graph, prefix, d int) onnx.Value {
	ids := g.Input("puzzle_identifiers", onnx.Int64, onnx.Batch)
	table := g.Weight("puzzle_emb.weights", e.Weights, e.IDs, e.Dim)
	rows := g.Op("Gather", []onnx.Value{table, ids})
	if rest := prefix*d - e.Dim; rest > 0 {
		rows = g.Op("Pad", []onnx.Value{rows, g.Ints(0, 0, 0, rest)})
	}
	return g.Op("Reshape", []onnx.Value{rows, g.Ints(-1, prefix, d)})
}

// graph adds the outputs that are read off the state z [batch, L, D].
func (h *Heads) graph(g *onnx.Graph, z onnx.Value) {
	cells := z
	if h.prefix > 0 {
		cells = g.Op("Slice", []onnx.Value{z, g.Ints(h.prefix), g.Ints(h.prefix + h.cells), g.Ints(1)})
	}
	logits := g.Op("MatMul", []onnx.Value{cells, matrixOf(h.LM.W).right(g)})
	g.Output("logits", logits, onnx.Float, onnx.Batch, h.cells, h.vocab)

	first := g.Op("Gather", []onnx.Value{z, g.Int(0)}, onnx.Axis(1))
	q := g.Op("MatMul", []onnx.Value{first, matrixOf(h.Q).right(g)})
	q = g.Op("Add", []onnx.Value{q, g.Weight(h.QBias.Name, h.QBias.Value.Data(), 2)})
	for i, name := range []string{"q_halt_logits", "q_continue_logits"} {
		one := g.Op("Gather", []onnx.Value{q, g.Int(i)}, onnx.Axis(1))
		g.Output(name, one, onnx.Float, onnx.Batch)
	}
}
