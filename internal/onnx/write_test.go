package onnx

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// field returns a field of strings or nested messages, all shorter than 128
// bytes: tag, length, content.
func field(number int, parts ...string) string {
	content := strings.Join(parts, "")
	return string([]byte{byte(number<<3 | 2), byte(len(content))}) + content
}

// number returns a field of a small integer.
func number(number int, v byte) string { return string([]byte{byte(number << 3), v}) }

func TestWrite(t *testing.T) {
	g := Graph{Name: "g", Doc: "d"}
	x := g.Input("x", Float, Batch, 2)
	sum := g.Op("Add", []Value{x, g.Weight("w", []float32{1, -2}, 2)})
	halves := g.OpN("Split", 2, []Value{sum}, Axis(1))
	g.Output("y", halves[0], Float, Batch, 1)
	var out bytes.Buffer
	require.NoError(t, g.Write(&out, map[string]string{"k": "v", "a": "b"}))

	batch := field(1, field(2, "batch"))
	graph := strings.Join([]string{
		field(1, field(1, "x"), field(1, "w"), field(2, "Add_0.0"), field(3, "Add_0"), field(4, "Add")),
		field(1, field(1, "Add_0.0"), field(2, "y"), field(2, "Split_1.1"), field(3, "Split_1"), field(4, "Split"),
			field(5, field(1, "axis"), number(3, 1), "\xa0\x01\x02")),
		field(2, "g"),
		field(10, "d"),
		field(11, field(1, "x"), field(2, field(1, number(1, 1), field(2, batch, field(1, number(1, 2)))))),
		field(12, field(1, "y"), field(2, field(1, number(1, 1), field(2, batch, field(1, number(1, 1)))))),
		field(5, number(1, 2), number(2, 1), field(8, "w"), field(9, "\x00\x00\x80\x3f\x00\x00\x00\xc0")),
	}, "")
	require.Greater(t, len(graph), 127, "a length of two bytes")
	want := strings.Join([]string{
		number(1, 8),
		field(2, "reread"),
		field(14, field(1, "a"), field(2, "b")),
		field(14, field(1, "k"), field(2, "v")),
		field(8, number(2, 17)),
		string([]byte{7<<3 | 2, byte(len(graph) | 128), byte(len(graph) >> 7)}), graph,
	}, "")
	require.Equal(t, []byte(want), out.Bytes())
}

func TestAttributes(t *testing.T) {
	require.Equal(t, message(field(1, "axes")+number(8, 1)+number(8, 2)+"\xa0\x01\x07"), Ints("axes", 1, 2).encode())
	minusOne := "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	require.Equal(t, message(field(1, "axis")+"\x18"+minusOne+"\xa0\x01\x02"), Axis(-1).encode())
	require.Equal(t, message(field(1, "to")+number(3, 1)+"\xa0\x01\x02"), To(Float).encode())
}

// content returns what a graph writes for a value that is a constant.
func content(t *testing.T, g *Graph, v Value) []byte {
	for _, c := range g.tensors {
		if c.name == g.values[v] {
			var out bytes.Buffer
			require.NoError(t, c.write(&out))
			require.EqualValues(t, c.size, out.Len())
			return out.Bytes()
		}
	}
	t.Fatalf("value %d is no constant", v)
	return nil
}

func TestTransposed(t *testing.T) {
	const rows, columns = 300, 200 // more than one chunk
	data, want := make([]float32, rows*columns), make([]float32, rows*columns)
	for r := range rows {
		for c := range columns {
			data[r*columns+c] = float32(r*columns + c)
			want[c*rows+r] = float32(r*columns + c)
		}
	}
	var g Graph
	got := content(t, &g, g.Transposed("w.T", data, rows, columns))
	require.True(t, bytes.Equal(content(t, &g, g.Weight("w", want, columns, rows)), got))
	require.Equal(t, []int{columns, rows}, g.tensors[0].shape)
}

func TestConstantsAreStoredOnce(t *testing.T) {
	var g Graph
	different := []Value{
		g.Scalar(1), g.Floats([]float32{1}, 1), g.Floats([]float32{1}, 1, 1), g.Scalar(2),
		g.Int(1), g.Ints(1), g.Ints(1, -2), g.Ints(),
	}
	require.Len(t, g.tensors, len(different))
	require.Equal(t, different[0], g.Scalar(1))
	require.Equal(t, different[6], g.Ints(1, -2))
	require.Len(t, g.tensors, len(different))
	require.Equal(t, []byte("\x01\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff"), content(t, &g, different[6]))
}

func TestTooLarge(t *testing.T) {
	var g Graph
	g.tensors = []tensor{{name: "w", size: math.MaxInt32 - 100}, {name: "v", size: 100}}
	var out bytes.Buffer
	require.ErrorContains(t, g.Write(&out, nil), "2 GiB")
	require.Zero(t, out.Len())
}

// full takes only so many bytes.
type full struct{ room int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errFull
	}
	f.room -= len(p)
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	var g Graph
	g.Weight("w", make([]float32, 1<<15), 1<<15) // two chunks
	g.Ints(1)
	var out bytes.Buffer
	require.NoError(t, g.Write(&out, nil))
	for _, room := range []int{0, 50, 1 << 16, out.Len() - 1} {
		require.ErrorIs(t, g.Write(&full{room}, nil), errFull)
	}
	require.NoError(t, g.Write(io.Discard, nil))
}
