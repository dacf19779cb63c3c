package nn

import "github.com/rereadml/reread/internal/onnx"

// GraphValue is a state [batch, L, D] somewhere in a [StepGraph].
type GraphValue onnx.Value

// GraphLevel adds one call of a level to a graph: the level applied to z, or to
// z + injection.
type GraphLevel func(z GraphValue, injection ...GraphValue) GraphValue

// StepGraph is one supervision step as a graph for other engines, in the
// making. A model adds its recursion, from X, ZH and ZL to a new state.
type StepGraph struct {
	X      GraphValue // embedded input
	ZH, ZL GraphValue // state; ZH is of no meaning with a single latent

	g      onnx.Graph
	core   *Core
	levels map[*Level]GraphLevel
}

// NewStepGraph returns a graph that has the embedded input and the state.
func (c *Core) NewStepGraph(name string) *StepGraph {
	s := &StepGraph{core: c, levels: map[*Level]GraphLevel{}}
	s.g.Name, s.g.Doc = name, "One supervision step. The first step of a puzzle has reset true, "+
		"each further one reset false and the state that the step before gave out."
	s.X = GraphValue(c.Input.graph(&s.g))
	reset := s.g.Op("Unsqueeze", []onnx.Value{s.g.Input("reset", onnx.Bool, onnx.Batch), s.g.Ints(1, 2)})
	if c.hInit != nil {
		s.ZH = s.state("z_H", reset, "H_init", c.hInit)
	}
	s.ZL = s.state("z_L", reset, "L_init", c.lInit)
	return s
}

// state adds a part of the carry, replaced by its initial vector where reset
// says so.
func (s *StepGraph) state(name string, reset onnx.Value, initName string, init []float32) GraphValue {
	carry := s.g.Input(name, onnx.Float, s.stateShape()...)
	start := s.g.Weight(initName, init, len(init))
	return GraphValue(s.g.Op("Where", []onnx.Value{reset, start, carry}))
}

func (s *StepGraph) stateShape() []int {
	return []int{onnx.Batch, s.core.Arch.Positions(), s.core.Arch.HiddenSize}
}

// Add adds a sum to the graph and returns it.
func (s *StepGraph) Add(a, b GraphValue) GraphValue {
	return GraphValue(s.g.Op("Add", []onnx.Value{onnx.Value(a), onnx.Value(b)}))
}

// Level adds the weights of a level to the graph, once however often it is
// asked for, and returns what adds its calls.
func (s *StepGraph) Level(l *Level) GraphLevel {
	if call, ok := s.levels[l]; ok {
		return call
	}
	var calls []func(x onnx.Value) onnx.Value
	for _, sub := range l.subs {
		calls = append(calls, sub.graph(&s.g))
	}
	call := func(z GraphValue, injection ...GraphValue) GraphValue {
		for _, a := range injection {
			z = s.Add(z, a)
		}
		x := onnx.Value(z)
		for _, call := range calls {
			x = call(x)
		}
		return GraphValue(x)
	}
	s.levels[l] = call
	return call
}

// Finish adds the heads and names the new state. It returns s.
func (s *StepGraph) Finish(zH, zL GraphValue) *StepGraph {
	answer := zL
	if s.core.hInit != nil {
		answer = zH
		s.g.Output("z_H_out", onnx.Value(zH), onnx.Float, s.stateShape()...)
	}
	s.g.Output("z_L_out", onnx.Value(zL), onnx.Float, s.stateShape()...)
	s.core.Heads.graph(&s.g, onnx.Value(answer))
	return s
}
