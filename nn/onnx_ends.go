package nn

import "github.com/rereadml/reread/internal/onnx"

// graph adds the inputs of a puzzle to g and returns their embedding
// [batch, L, D].
func (e *embedding) graph(g *onnx.Graph) onnx.Value {
	if e.values > 0 {
		x := e.graphValues(g, g.Input("inputs", onnx.Int64, onnx.Batch, e.cells))
		return g.Op("Mul", []onnx.Value{x, g.Scalar(e.scale)})
	}
	x := e.graphCells(g, g.Input("inputs", onnx.Int64, onnx.Batch, e.cells))
	if e.puzzles != nil {
		prefix := e.puzzles.graph(g, e.prefix, e.d)
		x = g.Op("Concat", []onnx.Value{prefix, x}, onnx.Axis(1))
	}
	if e.positions != nil {
		x = g.Op("Add", []onnx.Value{x, matrixOf(e.positions).left(g)})
	}
	return g.Op("Mul", []onnx.Value{x, g.Scalar(e.scale)})
}

// graphCells returns the embeddings [batch, S, D] of the cells' inputs: rows of
// the table, or sums of rows over the bits of each set.
func (e *embedding) graphCells(g *onnx.Graph, inputs onnx.Value) onnx.Value {
	table := matrixOf(e.tokens).left(g)
	if !e.sets {
		return g.Op("Gather", []onnx.Value{table, inputs})
	}
	vocab := e.tokens.Value.Shape()[0]
	powers := make([]int, vocab)
	for t := range powers {
		powers[t] = 1 << t
	}
	column := g.Op("Unsqueeze", []onnx.Value{inputs, g.Ints(2)})
	bits := g.Op("Mod", []onnx.Value{g.Op("Div", []onnx.Value{column, g.Ints(powers...)}), g.Int(2)})
	members := g.Op("Cast", []onnx.Value{bits}, onnx.To(onnx.Float))
	size := g.Op("ReduceMean", []onnx.Value{members}, onnx.Ints("axes", -1))
	count := g.Op("Mul", []onnx.Value{size, g.Scalar(float32(vocab))})
	return g.Op("Div", []onnx.Value{g.Op("MatMul", []onnx.Value{members, table}), g.Op("Sqrt", []onnx.Value{count})})
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
func (h *readout) graph(g *onnx.Graph, z onnx.Value) {
	if h.values > 0 {
		h.graphValues(g, z)
		return
	}
	cells := z
	if h.prefix > 0 {
		cells = g.Op("Slice", []onnx.Value{z, g.Ints(h.prefix), g.Ints(h.prefix + h.cells), g.Ints(1)})
	}
	logits := g.Op("MatMul", []onnx.Value{cells, matrixOf(h.lm.w).right(g)})
	g.Output("logits", logits, onnx.Float, onnx.Batch, h.cells, h.vocab)

	h.graphHalting(g, g.Op("Gather", []onnx.Value{z, g.Int(0)}, onnx.Axis(1)))
}

// graphHalting adds the halting values that are read off x [batch, D].
func (h *readout) graphHalting(g *onnx.Graph, x onnx.Value) {
	q := g.Op("MatMul", []onnx.Value{x, matrixOf(h.q).right(g)})
	q = g.Op("Add", []onnx.Value{q, g.Weight(h.qBias.Name, h.qBias.Value.Data(), 2)})
	for i, name := range []string{"q_halt_logits", "q_continue_logits"} {
		one := g.Op("Gather", []onnx.Value{q, g.Int(i)}, onnx.Axis(1))
		g.Output(name, one, onnx.Float, onnx.Batch)
	}
}
