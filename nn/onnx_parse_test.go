package nn_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// wire is a protocol buffer message, its fields by number.
type wire map[int][]wireField

// wireField is an integer, or the bytes of a string or nested message.
type wireField struct {
	n uint64
	b []byte
}

func parseWire(t *testing.T, b []byte) wire {
	m := wire{}
	varint := func() uint64 {
		v, n := binary.Uvarint(b)
		require.Positive(t, n)
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		tag := varint()
		f := wireField{n: varint()}
		switch tag & 7 {
		case 0:
		case 2:
			require.LessOrEqual(t, f.n, uint64(len(b)))
			f.b, b = b[:f.n], b[f.n:]
		default:
			t.Fatalf("wire type %d", tag&7)
		}
		m[int(tag>>3)] = append(m[int(tag>>3)], f)
	}
	return m
}

func (m wire) int(field int) int {
	if len(m[field]) == 0 {
		return 0
	}
	return int(m[field][0].n)
}

func (m wire) text(field int) string {
	if len(m[field]) == 0 {
		return ""
	}
	return string(m[field][0].b)
}

func (m wire) texts(field int) []string {
	var list []string
	for _, f := range m[field] {
		list = append(list, string(f.b))
	}
	return list
}

func (m wire) ints(field int) []int {
	list := []int{}
	for _, f := range m[field] {
		list = append(list, int(f.n))
	}
	return list
}

// all parses the nested messages of a field.
func (m wire) all(t *testing.T, field int) []wire {
	var list []wire
	for _, f := range m[field] {
		list = append(list, parseWire(t, f.b))
	}
	return list
}

// array is a tensor of any element type.
type array struct {
	shape   []int
	data    []float64
	integer bool
}

// onnxModel is a model in the ONNX format, as far as it matters here.
type onnxModel struct {
	metadata        map[string]string
	nodes           []onnxNode
	constants       map[string]array
	inputs, outputs map[string]onnxValue
}

type onnxNode struct {
	op      string
	in, out []string
	ints    map[string][]int
}

// onnxValue is the type of an input or output, with -1 for the batch.
type onnxValue struct {
	elem  int
	shape []int
}

func parseONNX(t *testing.T, b []byte) *onnxModel {
	model := parseWire(t, b)
	require.Equal(t, 8, model.int(1), "version of the format")
	require.Len(t, model[8], 1)
	require.Equal(t, wire{2: {{n: 17}}}, model.all(t, 8)[0], "standard operators alone")
	graph := model.all(t, 7)[0]
	m := &onnxModel{
		metadata: map[string]string{}, constants: map[string]array{},
		inputs: onnxValues(t, graph, 11), outputs: onnxValues(t, graph, 12),
	}
	for _, e := range model.all(t, 14) {
		m.metadata[e.text(1)] = e.text(2)
	}
	for _, n := range graph.all(t, 1) {
		node := onnxNode{n.text(4), n.texts(1), n.texts(2), map[string][]int{}}
		for _, a := range n.all(t, 5) {
			node.ints[a.text(1)] = append(a.ints(3), a.ints(8)...)
		}
		m.nodes = append(m.nodes, node)
	}
	for _, c := range graph.all(t, 5) {
		require.NotContains(t, m.constants, c.text(8), "stored twice")
		m.constants[c.text(8)] = parseArray(t, c)
	}
	return m
}

func onnxValues(t *testing.T, graph wire, field int) map[string]onnxValue {
	values := map[string]onnxValue{}
	for _, v := range graph.all(t, field) {
		tensor := v.all(t, 2)[0].all(t, 1)[0]
		value := onnxValue{elem: tensor.int(1)}
		for _, dim := range tensor.all(t, 2)[0].all(t, 1) {
			if dim.text(2) == "batch" {
				value.shape = append(value.shape, -1)
			} else {
				value.shape = append(value.shape, dim.int(1))
			}
		}
		values[v.text(1)] = value
	}
	return values
}

func parseArray(t *testing.T, c wire) array {
	a := array{shape: c.ints(1)}
	raw := c[9][0].b
	switch c.int(2) {
	case 1:
		for i := 0; i < len(raw); i += 4 {
			a.data = append(a.data, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i:]))))
		}
	case 7:
		a.integer = true
		for i := 0; i < len(raw); i += 8 {
			a.data = append(a.data, float64(int64(binary.LittleEndian.Uint64(raw[i:]))))
		}
	default:
		t.Fatalf("element type %d", c.int(2))
	}
	require.Len(t, a.data, volume(a.shape), c.text(8))
	return a
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
