package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
)

// tensor is a constant of a graph, written piece by piece.
type tensor struct {
	name  string
	t     Type
	shape []int
	size  int64 // bytes
	write func(w io.Writer) error
}

// Weight adds a constant under a name of its own. The graph refers to the
// data, which must not change until the graph is written.
func (g *Graph) Weight(name string, data []float32, shape ...int) Value {
	return g.floats(name, slices.Values(data), len(data), shape)
}

// Transposed adds the transpose of a matrix [rows, columns], as Weight does.
func (g *Graph) Transposed(name string, data []float32, rows, columns int) Value {
	values := func(yield func(float32) bool) {
		for c := range columns {
			for r := range rows {
				if !yield(data[r*columns+c]) {
					return
				}
			}
		}
	}
	return g.floats(name, values, len(data), []int{columns, rows})
}

func (g *Graph) floats(name string, values iter.Seq[float32], n int, shape []int) Value {
	g.tensors = append(g.tensors, tensor{name, Float, shape, 4 * int64(n), func(w io.Writer) error {
		return writeFloats(w, values)
	}})
	return g.value(name)
}

// Floats adds a constant without a name of its own. Equal ones are stored once.
func (g *Graph) Floats(data []float32, shape ...int) Value {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return g.constant(Float, shape, string(raw))
}

// Scalar is [Graph.Floats] for a single number, without dimensions.
func (g *Graph) Scalar(v float32) Value { return g.Floats([]float32{v}) }

// Ints is [Graph.Floats] for a list of integers, such as a shape.
func (g *Graph) Ints(data ...int) Value { return g.integers(data, len(data)) }

// Int is [Graph.Floats] for a single integer, without dimensions.
func (g *Graph) Int(i int) Value { return g.integers([]int{i}) }

func (g *Graph) integers(data []int, shape ...int) Value {
	var raw []byte
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return g.constant(Int64, shape, string(raw))
}

// constant is the identity of a constant without a name.
type constant struct {
	t     Type
	shape string
	raw   string
}

func (g *Graph) constant(t Type, shape []int, raw string) Value {
	key := constant{t, fmt.Sprint(shape), raw}
	if v, ok := g.constants[key]; ok {
		return v
	}
	if g.constants == nil {
		g.constants = map[constant]Value{}
	}
	name := fmt.Sprintf("constant_%d", len(g.constants))
	g.tensors = append(g.tensors, tensor{name, t, shape, int64(len(raw)), func(w io.Writer) error {
		_, err := io.WriteString(w, raw)
		return err
	}})
	v := g.value(name)
	g.constants[key] = v
	return v
}

func writeFloats(w io.Writer, values iter.Seq[float32]) error {
	const full = 1 << 16
	chunk := make([]byte, 0, full)
	for v := range values {
		chunk = binary.LittleEndian.AppendUint32(chunk, math.Float32bits(v))
		if len(chunk) == full {
			if _, err := w.Write(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	_, err := w.Write(chunk)
	return err
}
