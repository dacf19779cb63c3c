package onnx

import (
	"fmt"
	"slices"
)

// Type is the type of a tensor's elements.
type Type int

// The element types in use, numbered as in the format.
const (
	Float Type = 1
	Int64 Type = 7
	Bool  Type = 9
)

// Batch as a dimension stands for any size, the same one in all inputs and
// outputs.
const Batch = -1

// Graph is a computation graph under construction. The zero value is an empty
// one. Nodes are in the order in which they were added, so that every value
// is computed before it is read.
type Graph struct {
	Name, Doc string

	nodes           []node
	values          []string // their names
	inputs, outputs []message
	tensors         []tensor
	constants       map[constant]Value
}

// Value is one tensor in a graph: an input, a constant or a node's result.
type Value int

type node struct {
	op      string
	attrs   []Attr
	in, out []Value
}

func (g *Graph) value(name string) Value {
	g.values = append(g.values, name)
	return Value(len(g.values) - 1)
}

// Input adds an input of the given shape, in which [Batch] may occur.
func (g *Graph) Input(name string, t Type, shape ...int) Value {
	g.inputs = append(g.inputs, valueInfo(name, t, shape))
	return g.value(name)
}

// Output makes the result of a node an output under the given name.
func (g *Graph) Output(name string, v Value, t Type, shape ...int) {
	g.outputs = append(g.outputs, valueInfo(name, t, shape))
	g.values[v] = name
}

// Op adds a node of an operator with one result, and returns it.
func (g *Graph) Op(op string, in []Value, attrs ...Attr) Value {
	return g.OpN(op, 1, in, attrs...)[0]
}

// OpN adds a node of an operator with n results.
func (g *Graph) OpN(op string, n int, in []Value, attrs ...Attr) []Value {
	out := make([]Value, n)
	for i := range out {
		out[i] = g.value(fmt.Sprintf("%s_%d.%d", op, len(g.nodes), i))
	}
	g.nodes = append(g.nodes, node{op, attrs, slices.Clone(in), out})
	return out
}

// Attr is a setting of a node.
type Attr struct {
	name string
	ints []int
	list bool
}

// Ints is an attribute that is a list of integers.
func Ints(name string, v ...int) Attr { return Attr{name, v, true} }

// Axis is the attribute "axis".
func Axis(v int) Attr { return Attr{"axis", []int{v}, false} }

// To is the type that a Cast casts to.
func To(t Type) Attr { return Attr{"to", []int{int(t)}, false} }
