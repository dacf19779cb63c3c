package onnx

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
)

// The versions of the format and of its operators: those of 2022, which all
// engines still in use know.
const (
	irVersion = 8
	opset     = 17
)

const producer = "reread"

// Write writes the graph as a model with the given metadata. The content of
// the constants is written piece by piece. A model of 2 GiB or more, which
// protocol buffers cannot hold, is an error before anything is written.
func (g *Graph) Write(w io.Writer, metadata map[string]string) error {
	var model message
	model.int(1, irVersion)
	model.string(2, producer)
	for _, k := range slices.Sorted(maps.Keys(metadata)) {
		var entry message
		entry.string(1, k)
		entry.string(2, metadata[k])
		model.message(14, entry)
	}
	var operators message
	operators.int(2, opset)
	model.message(8, operators)

	body := g.body()
	heads := make([]message, len(g.tensors))
	size := int64(len(body))
	for i := range g.tensors {
		heads[i] = g.tensors[i].head()
		size += int64(len(heads[i])) + g.tensors[i].size
	}
	model.head(7, size)
	if total := int64(len(model)) + size; total > math.MaxInt32 {
		return fmt.Errorf("onnx: the model takes %d bytes, the format holds less than 2 GiB", total)
	}
	if _, err := w.Write(append(model, body...)); err != nil {
		return err
	}
	for i := range g.tensors {
		if _, err := w.Write(heads[i]); err != nil {
			return err
		}
		if err := g.tensors[i].write(w); err != nil {
			return err
		}
	}
	return nil
}

// body returns the graph without its constants.
func (g *Graph) body() message {
	var m message
	for i := range g.nodes {
		m.message(1, g.encodeNode(&g.nodes[i], i))
	}
	m.string(2, g.Name)
	m.string(10, g.Doc)
	for _, v := range g.inputs {
		m.message(11, v)
	}
	for _, v := range g.outputs {
		m.message(12, v)
	}
	return m
}

func (g *Graph) encodeNode(n *node, index int) message {
	var m message
	for _, v := range n.in {
		m.string(1, g.values[v])
	}
	for _, v := range n.out {
		m.string(2, g.values[v])
	}
	m.string(3, fmt.Sprintf("%s_%d", n.op, index))
	m.string(4, n.op)
	for _, a := range n.attrs {
		m.message(5, a.encode())
	}
	return m
}

func (a Attr) encode() message {
	const field, listField = 3, 8
	const kind, listKind = 2, 7
	var m message
	m.string(1, a.name)
	if !a.list {
		m.int(field, int64(a.ints[0]))
		m.int(20, kind)
		return m
	}
	for _, v := range a.ints {
		m.int(listField, int64(v))
	}
	m.int(20, listKind)
	return m
}

func valueInfo(name string, t Type, shape []int) message {
	var dims message
	for _, d := range shape {
		var dim message
		if d == Batch {
			dim.string(2, "batch")
		} else {
			dim.int(1, int64(d))
		}
		dims.message(1, dim)
	}
	var tensorType, outer, m message
	tensorType.int(1, int64(t))
	tensorType.message(2, dims)
	outer.message(1, tensorType)
	m.string(1, name)
	m.message(2, outer)
	return m
}

// head returns the field of the constant up to its content, which is the last
// part of it.
func (t *tensor) head() message {
	var m message
	for _, d := range t.shape {
		m.int(1, int64(d))
	}
	m.int(2, int64(t.t))
	m.string(8, t.name)
	m.head(9, t.size)
	var field message
	field.head(5, int64(len(m))+t.size)
	return append(field, m...)
}
