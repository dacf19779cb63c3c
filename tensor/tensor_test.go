package tensor

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  int
	}{
		{nil, 1}, {[]int{}, 1}, {[]int{7}, 7}, {[]int{0}, 0}, {[]int{2, 3, 5}, 30}, {[]int{4, 0, 9}, 0},
		{[]int{math.MaxInt}, math.MaxInt}, {[]int{0, math.MaxInt, 2}, 0}, {[]int{1, 1, 1}, 1},
	} {
		n, err := Size(c.shape)
		require.NoError(t, err, c.shape)
		require.Equal(t, c.want, n, c.shape)
	}
}

// badShapes are rejected wherever a shape is given.
var badShapes = []struct {
	name  string
	shape []int
	says  string
}{
	{"negative", []int{-1}, "negative dimension"},
	{"negative after zero", []int{0, -3}, "negative dimension"},
	{"two negatives", []int{-2, -3}, "negative dimension"},
	{"overflow", []int{math.MaxInt, 2}, "too large"},
	{"overflow to a small number", []int{math.MaxInt/2 + 1, 4}, "too large"},
	{"overflow by one", []int{math.MaxInt/2 + 1, 2}, "too large"},
}

func TestBadShapes(t *testing.T) {
	for _, c := range badShapes {
		t.Run(c.name, func(t *testing.T) {
			_, err := Size(c.shape)
			require.ErrorContains(t, err, c.says)
			_, err = New(c.shape...)
			require.ErrorContains(t, err, c.says)
			_, err = FromSlice([]float32{1}, c.shape...)
			require.ErrorContains(t, err, c.says)
			_, err = zeros(t, 1).Reshape(c.shape...)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestNew(t *testing.T) {
	x, err := New(2, 3)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, x.Shape())
	require.Equal(t, make([]float32, 6), x.Data())
	require.Equal(t, 6, x.Len())

	scalar, err := New()
	require.NoError(t, err)
	require.Equal(t, 1, scalar.Len())
	require.Empty(t, scalar.Shape())

	empty, err := New(3, 0)
	require.NoError(t, err)
	require.Zero(t, empty.Len())
}

func TestShapeIsCopied(t *testing.T) {
	shape := []int{2, 3}
	made, err := New(shape...)
	require.NoError(t, err)
	viewed, err := FromSlice(make([]float32, 6), shape...)
	require.NoError(t, err)
	shape[0] = 99
	require.Equal(t, []int{2, 3}, made.Shape())
	require.Equal(t, []int{2, 3}, viewed.Shape())
}

func TestFromSlice(t *testing.T) {
	data := []float32{1, 2, 3, 4, 5, 6}
	x, err := FromSlice(data, 3, 2)
	require.NoError(t, err)
	data[4] = 50
	require.Equal(t, float32(50), x.Data()[4], "the numbers are shared")

	for _, shape := range [][]int{{5}, {7}, {2, 2}, {}, {6, 0}} {
		_, err := FromSlice(data, shape...)
		require.ErrorContains(t, err, "got 6", shape)
	}
}

func TestReshapeShares(t *testing.T) {
	x := zeros(t, 2, 6)
	y, err := x.Reshape(3, 4)
	require.NoError(t, err)
	require.Equal(t, []int{3, 4}, y.Shape())
	require.Equal(t, []int{2, 6}, x.Shape())
	y.Data()[11] = 7
	require.Equal(t, float32(7), x.Data()[11])

	_, err = x.Reshape(5, 2)
	require.ErrorContains(t, err, "holds 10 numbers, got 12")
}

func TestCloneSharesNothing(t *testing.T) {
	x, err := FromSlice([]float32{1, 2, 3, 4}, 2, 2)
	require.NoError(t, err)
	y := x.Clone()
	require.Equal(t, x, y)
	y.Data()[0], y.Shape()[0] = 9, 8
	require.Equal(t, float32(1), x.Data()[0])
	require.Equal(t, []int{2, 2}, x.Shape())
}

func TestCopyFrom(t *testing.T) {
	src, err := FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	require.NoError(t, err)
	dst := zeros(t, 2, 3)
	require.NoError(t, dst.CopyFrom(src))
	require.Equal(t, src.Data(), dst.Data())
	dst.Data()[0] = 9
	require.Equal(t, float32(1), src.Data()[0])

	for _, shape := range [][]int{{3, 2}, {6}, {2, 3, 1}, {2, 4}} {
		other := zeros(t, shape...)
		require.ErrorContains(t, other.CopyFrom(src), "copy of shape [2 3]", shape)
		require.Equal(t, make([]float32, other.Len()), other.Data(), "a failed copy writes nothing")
	}
}

func zeros(t testing.TB, shape ...int) *Tensor {
	t.Helper()
	x, err := New(shape...)
	require.NoError(t, err)
	return x
}
