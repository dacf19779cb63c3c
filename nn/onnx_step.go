package nn

import "github.com/rereadml/reread/internal/onnx"

// stepGraph returns one supervision step as a graph: the plan's forward pass
// on values of the graph. Of several read-outs it has the last.
func (m *Model) stepGraph() *onnx.Graph {
	g := &onnx.Graph{Name: m.design.Kind, Doc: "One supervision step. The first step of a puzzle has reset true, " +
		"each further one reset false and the state that the step before gave out."}
	registers := make([]onnx.Value, m.plan.registers)
	registers[0] = m.embedding.graph(g)
	reset := g.Op("Unsqueeze", []onnx.Value{g.Input("reset", onnx.Bool, onnx.Batch), g.Ints(1, 2)})
	shape := []int{onnx.Batch, m.arch.Positions(), m.arch.HiddenSize}
	for i, name := range m.design.States {
		carry := g.Input(name, onnx.Float, shape...)
		start := g.Weight(initName(name), m.init[i], len(m.init[i]))
		registers[1+i] = g.Op("Where", []onnx.Value{reset, start, carry})
	}
	answer := m.graphSteps(g, registers)
	for i, name := range m.design.States {
		g.Output(name+"_out", registers[1+i], onnx.Float, shape...)
	}
	m.readout.graph(g, answer)
	return g
}

// graphSteps adds the operations of the plan and returns what is read out last.
func (m *Model) graphSteps(g *onnx.Graph, registers []onnx.Value) (answer onnx.Value) {
	levels := m.graphLevels(g)
	sum := func(a, b onnx.Value) onnx.Value { return g.Op("Add", []onnx.Value{a, b}) }
	for _, o := range m.plan.forward {
		switch o.kind {
		case opSum:
			registers[o.dst] = registers[o.a]
			if o.b >= 0 {
				registers[o.dst] = sum(registers[o.a], registers[o.b])
			}
		case opCall:
			x := registers[o.dst]
			if o.a >= 0 {
				x = sum(x, registers[o.a])
			}
			for _, call := range levels[o.level] {
				x = call(x)
			}
			registers[o.dst] = x
		case opReadOut:
			answer = registers[o.dst]
		}
	}
	return answer
}

// graphLevels adds the weights of the levels, in the order of their first
// calls, and returns what adds the calls of their sublayers.
func (m *Model) graphLevels(g *onnx.Graph) [][]func(x onnx.Value) onnx.Value {
	levels := make([][]func(x onnx.Value) onnx.Value, len(m.levels))
	for _, o := range m.plan.forward {
		if o.kind != opCall || levels[o.level] != nil {
			continue
		}
		for _, sub := range m.levels[o.level].subs {
			levels[o.level] = append(levels[o.level], sub.graph(g))
		}
	}
	return levels
}
