package nn

import "github.com/rereadml/reread/internal/onnx"

// graph adds sums and averages as products by constant matrices of zeros and
// ones, which any engine has.
func (m *unitMix) graph(g *onnx.Graph) func(x onnx.Value) onnx.Value {
	value := matrixOf(m.v.w).right(g)
	var kinds []func(v onnx.Value) onnx.Value
	for k := range m.kinds {
		kinds = append(kinds, m.graphKind(g, k))
	}
	return func(x onnx.Value) onnx.Value {
		v := g.Op("MatMul", []onnx.Value{x, value})
		mix := kinds[0](v)
		for _, kind := range kinds[1:] {
			mix = g.Op("Add", []onnx.Value{mix, kind(v)})
		}
		return addNorm(g, x, mix, -1, m.eps)
	}
}

// graphKind returns what adds the share of one kind: the mean over the other
// members of each position's unit, mapped.
func (m *unitMix) graphKind(g *onnx.Graph, k int) func(v onnx.Value) onnx.Value {
	u, out := m.kinds[k], matrixOf(m.out[k].w).right(g)
	units := u.to - u.from
	sum, back, own := make([]float32, units*m.positions), make([]float32, m.positions*units), make([]float32, m.positions)
	for _, r := range u.runs {
		for i := range r.to - r.from {
			unit := r.from - u.from + i
			for _, p := range r.members.Rows(i) {
				sum[unit*m.positions+int(p)] = 1
				back[int(p)*units+unit] = r.scale
				own[p] = r.scale
			}
		}
	}
	sums, backs := g.Floats(sum, units, m.positions), g.Floats(back, m.positions, units)
	owns := g.Floats(own, m.positions, 1)
	return func(v onnx.Value) onnx.Value {
		all := g.Op("MatMul", []onnx.Value{backs, g.Op("MatMul", []onnx.Value{sums, v})})
		mean := g.Op("Sub", []onnx.Value{all, g.Op("Mul", []onnx.Value{v, owns})})
		return g.Op("MatMul", []onnx.Value{mean, out})
	}
}

// graphValues returns the embeddings [batch, L, D] of all values of all cells.
func (e *embedding) graphValues(g *onnx.Graph, inputs onnx.Value) onnx.Value {
	table := matrixOf(e.tokens).left(g)
	var rows []onnx.Value
	given := g.Op("Cast", []onnx.Value{g.Op("Greater", []onnx.Value{inputs, g.Int(e.first - 1)})}, onnx.To(onnx.Int64))
	for v := range e.values {
		// 0 for a blank, 2 for another value, 1 for this one.
		this := g.Op("Cast", []onnx.Value{g.Op("Equal", []onnx.Value{inputs, g.Int(e.first + v)})}, onnx.To(onnx.Int64))
		row := g.Op("Sub", []onnx.Value{g.Op("Mul", []onnx.Value{given, g.Int(2)}), this})
		rows = append(rows, row)
	}
	index := g.Op("Concat", rows, onnx.Axis(1))
	return g.Op("Gather", []onnx.Value{table, index})
}

// graphValues adds the outputs that are read off a state with a vector for each
// value and cell.
func (h *readout) graphValues(g *onnx.Graph, z onnx.Value) {
	values := g.Op("MatMul", []onnx.Value{z, matrixOf(h.lm.w).right(g)})
	values = g.Op("Reshape", []onnx.Value{values, g.Ints(0, h.values, h.cells)})
	values = g.Op("Transpose", []onnx.Value{values}, onnx.Ints("perm", 0, 2, 1))
	logits := g.Op("Pad", []onnx.Value{values, g.Ints(0, 0, h.first, 0, 0, 0), g.Scalar(noValue)})
	g.Output("logits", logits, onnx.Float, onnx.Batch, h.cells, h.vocab)
	mean := g.Op("ReduceMean", []onnx.Value{z}, onnx.Ints("axes", 1))
	h.graphHalting(g, g.Op("Reshape", []onnx.Value{mean, g.Ints(0, h.d)}))
}
