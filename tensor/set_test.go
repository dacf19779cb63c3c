package tensor_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
)

// entry is a tensor with data of its own.
func entry(t *testing.T, name string, dtype tensor.DType, shape []int, data []byte) tensor.Entry {
	t.Helper()
	info, err := tensor.NewInfo(name, dtype, shape)
	require.NoError(t, err)
	require.EqualValues(t, len(data), info.Bytes)
	return tensor.Entry{Info: info, Data: bytes.NewReader(data)}
}

// floats is the stored form of numbers.
func floats(x ...float32) []byte {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func sample(t *testing.T) *tensor.Set {
	return tensor.NewSet("here", map[string]string{"k": "v"}, []tensor.Entry{
		entry(t, "table", tensor.F32, []int{4, 2}, floats(0, 1, 2, 3, 4, 5, 6, 7)),
		entry(t, "scalar", tensor.F32, nil, floats(8)),
		entry(t, "half", tensor.F4, []int{2, 1}, []byte{0x21}),
	})
}

var _ tensor.Source = (*tensor.Set)(nil)

func TestSet(t *testing.T) {
	s := sample(t)
	require.Equal(t, []string{"table", "scalar", "half"}, s.Names())
	require.Equal(t, map[string]string{"k": "v"}, s.Metadata())
	_, ok := s.Info("absent")
	require.False(t, ok)
	e, ok := s.Entry("table")
	require.True(t, ok)
	e.Shape[0] = 100
	info, _ := s.Info("table")
	require.Equal(t, []int{4, 2}, info.Shape, "what is handed out is a copy")
	require.Equal(t, 8, info.Elements())

	require.ErrorIs(t, s.ReadFloat32("absent", nil), tensor.ErrNotFound)
	require.EqualError(t, s.ReadFloat32("scalar", nil), `here: tensor "scalar": destination has 0 elements, want 1 (shape [] of F32)`)
}

func TestSelectRows(t *testing.T) {
	s := sample(t)
	for _, c := range []struct {
		rows []int
		want []float32
	}{
		{[]int{1, 2}, []float32{2, 3, 4, 5}},
		{[]int{3, 0, 0}, []float32{6, 7, 0, 1, 0, 1}},
		{[]int{0, 1, 3, 2, 3}, []float32{0, 1, 2, 3, 6, 7, 4, 5, 6, 7}},
		{nil, []float32{}},
	} {
		part, err := s.SelectRows("table", c.rows)
		require.NoError(t, err)
		require.Equal(t, s.Names(), part.Names())
		require.Equal(t, s.Metadata(), part.Metadata())
		got := make([]float32, len(c.want))
		require.NoError(t, part.ReadFloat32("table", got))
		require.Equal(t, c.want, got)
		for i := range c.rows {
			require.NoError(t, part.ReadFloat32Rows("table", i, i+1, got[:2]))
			require.Equal(t, c.want[2*i:2*i+2], got[:2])
		}
		one := []float32{9}
		require.NoError(t, part.ReadFloat32("scalar", one), "the others stay")
		require.Equal(t, float32(8), one[0])
		info, _ := s.Info("table")
		require.Equal(t, []int{4, 2}, info.Shape, "the whole set stays")
		e, _ := part.Entry("table")
		n, err := e.Data.ReadAt(make([]byte, 100), 0)
		require.Equal(t, len(c.want)*4, n)
		require.ErrorIs(t, err, io.EOF)
	}
	for _, c := range []struct {
		name string
		row  int
		says string
	}{
		{"absent", 0, "no such tensor"},
		{"scalar", 0, "a scalar has no rows"},
		{"table", 4, "row 4 is outside of shape [4 2]"},
		{"table", -1, "outside"},
		{"half", 0, "whole byte"},
	} {
		_, err := s.SelectRows(c.name, []int{c.row})
		require.ErrorContains(t, err, `here: tensor "`+c.name+`": `)
		require.ErrorContains(t, err, c.says)
	}
}

func TestWith(t *testing.T) {
	s := sample(t)
	e, _ := s.Entry("scalar")
	e.Name = "table"
	other, err := s.With(e)
	require.NoError(t, err)
	got := []float32{0}
	require.NoError(t, other.ReadFloat32("table", got))
	require.Equal(t, float32(8), got[0])
	require.Error(t, s.ReadFloat32("table", got), "the first set stays")
	e.Name = "absent"
	_, err = s.With(e)
	require.ErrorIs(t, err, tensor.ErrNotFound)

	require.Equal(t, map[string]string{"a": "b"}, s.WithMetadata(map[string]string{"a": "b"}).Metadata())
	require.NotContains(t, s.Metadata(), "a")
}

func TestNewInfoErrors(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		shape []int
		says  string
	}{
		{"F31", nil, `unknown dtype "F31"`},
		{tensor.F32, []int{2, -1}, "negative dimension"},
		{tensor.U8, []int{math.MaxInt, 2, 0}, "overflows"},
		{tensor.F64, []int{math.MaxInt, math.MaxInt}, "overflows"},
		{tensor.F4, []int{3}, "whole byte"},
	} {
		_, err := tensor.NewInfo("x", c.dtype, c.shape)
		require.ErrorContains(t, err, c.says)
	}
	_, err := tensor.NewInfo("x", tensor.F64, []int{math.MaxInt})
	if math.MaxInt > math.MaxInt32 { // else as many bytes are no overflow
		require.ErrorContains(t, err, "the size of shape")
	}
}
