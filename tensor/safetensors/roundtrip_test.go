package safetensors

import (
	"bytes"
	"errors"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
)

func encoded(t testing.TB, metadata map[string]string, tensors ...Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, metadata, tensors))
	return b.Bytes()
}

func sample(t testing.TB) []byte {
	return encoded(t, map[string]string{"format": "pt"},
		Float32("w", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}),
		BFloat16("h", []int{2}, []float32{1, -2}),
		Int64("ids", nil, []int64{-7}),
		Uint8("mask", []int{3}, []uint8{0, 1, 2}))
}

func TestExactBytes(t *testing.T) {
	got := encoded(t, map[string]string{"b": "2", "a": "é\"\\\n\x01<\u2028"},
		Uint8("u", []int{1}, []byte{9}),
		Float32("b", []int{1, 1}, []float32{1}),
		Int32("i", []int{1}, []int32{-2}),
		Float32("a", nil, []float32{-2}),
		Int64("l", []int{0}, nil))
	header := `{"__metadata__":{"a":"é\"\\\n\u0001<` + "\u2028" + `","b":"2"},` +
		`"l":{"dtype":"I64","shape":[0],"data_offsets":[0,0]},` +
		`"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},` +
		`"b":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]},` +
		`"i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},` +
		`"u":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}`
	for len(header)%8 != 0 {
		header += " "
	}
	want := append(file(header, 0), 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3f, 0xfe, 0xff, 0xff, 0xff, 9)
	require.Equal(t, string(want), string(got))
	open(t, got)
}

func TestOrderDoesNotMatter(t *testing.T) {
	tensors := []Tensor{
		Float32("c", []int{1}, []float32{3}),
		BFloat16("a", []int{1}, []float32{1}),
		Float32("b", []int{1}, []float32{2}),
	}
	want := encoded(t, nil, tensors...)
	swapped := []Tensor{tensors[2], tensors[0], tensors[1]}
	require.Equal(t, want, encoded(t, nil, swapped...))
	require.Equal(t, "b", swapped[0].name, "the argument is not sorted in place")
	require.Equal(t, []string{"b", "c", "a"}, open(t, want).Names())
}

var (
	specials32 = []float32{0, float32(math.Copysign(0, -1)), 1, -1.5, math.MaxFloat32, -math.MaxFloat32,
		math.SmallestNonzeroFloat32, 0x1p-126, 0x1.8p-130, float32(math.Inf(1)), float32(math.Inf(-1)),
		math.Float32frombits(0x7f800001), math.Float32frombits(0xffc12345)}
	specials64 = []float64{0, math.Copysign(0, -1), 1, -1.5, math.MaxFloat64, math.SmallestNonzeroFloat64,
		math.Inf(1), math.Inf(-1), math.NaN(), math.Pi, 1 + 0x1p-24, 1 + 0x3p-24, 0x1p-149, 0x1p-150, 0x1p128}
)

func TestFloat32RoundTripIsBitExact(t *testing.T) {
	f := open(t, encoded(t, nil, Float32("x", []int{len(specials32)}, specials32)))
	got := make([]float32, len(specials32))
	require.NoError(t, f.ReadFloat32("x", got))
	wide := make([]float64, len(specials32))
	require.NoError(t, f.ReadFloat64("x", wide))
	for i, want := range specials32 {
		require.Equal(t, math.Float32bits(want), math.Float32bits(got[i]), "element %d", i)
		require.True(t, same(float64(want), wide[i]), "element %d", i)
	}
}

func TestFloat64RoundTripAndRounding(t *testing.T) {
	f := open(t, encoded(t, nil, Float64("x", []int{len(specials64)}, specials64)))
	got := make([]float64, len(specials64))
	require.NoError(t, f.ReadFloat64("x", got))
	narrow := make([]float32, len(specials64))
	require.NoError(t, f.ReadFloat32("x", narrow))
	for i, want := range specials64 {
		require.Equal(t, math.Float64bits(want), math.Float64bits(got[i]), "element %d", i)
		require.True(t, same(float64(float32(want)), float64(narrow[i])), "element %d", i)
	}
	require.Equal(t, float32(1), narrow[10], "a tie goes to even")
	require.Equal(t, float32(1+0x1p-22), narrow[11], "a tie goes to even")
}

func TestIntegers(t *testing.T) {
	f := open(t, encoded(t, nil,
		Int64("i64", []int{3}, []int64{math.MinInt64, -1, math.MaxInt64}),
		Int32("i32", []int{3}, []int32{math.MinInt32, -1, math.MaxInt32}),
		Raw("i16", tensor.I16, []int{3}, []byte{0, 0x80, 0xff, 0xff, 0xff, 0x7f}),
		Raw("i8", tensor.I8, []int{3}, []byte{0x80, 0xff, 0x7f}),
		Raw("u32", tensor.U32, []int{3}, []byte{0, 0, 0, 0x80, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}),
		Raw("u16", tensor.U16, []int{3}, []byte{0, 0x80, 1, 0, 0xff, 0xff}),
		Uint8("u8", []int{3}, []byte{0x80, 1, 0xff}),
		Raw("bool", tensor.Bool, []int{3}, []byte{0, 1, 0xff})))
	for name, want := range map[string][]int64{
		"i64":  {math.MinInt64, -1, math.MaxInt64},
		"i32":  {math.MinInt32, -1, math.MaxInt32},
		"i16":  {math.MinInt16, -1, math.MaxInt16},
		"i8":   {math.MinInt8, -1, math.MaxInt8},
		"u32":  {1 << 31, 1, math.MaxUint32},
		"u16":  {1 << 15, 1, math.MaxUint16},
		"u8":   {1 << 7, 1, math.MaxUint8},
		"bool": {0, 1, 1},
	} {
		got := []int64{99, 99, 99}
		require.NoError(t, f.ReadInt64(name, got), name)
		require.Equal(t, want, got, name)
	}
}

func TestEveryDTypeAsBytes(t *testing.T) {
	for _, dtype := range []tensor.DType{
		tensor.Bool, tensor.F4, tensor.F6E2M3, tensor.F6E3M2, tensor.U8, tensor.I8, tensor.F8E5M2, tensor.F8E4M3,
		tensor.F8E8M0, tensor.F8E4M3FNUZ, tensor.F8E5M2FNUZ, tensor.I16, tensor.U16, tensor.F16, tensor.BF16,
		tensor.I32, tensor.U32, tensor.F32, tensor.C64, tensor.F64, tensor.I64, tensor.U64,
	} {
		want := make([]byte, dtype.Bits()) // Eight elements.
		for i := range want {
			want[i] = byte(3*i + 1)
		}
		f := open(t, encoded(t, nil, Raw("x", dtype, []int{2, 4}, want)))
		info, _ := f.Info("x")
		require.Equal(t, dtype, info.DType)
		require.EqualValues(t, len(want), info.Bytes)
		got := make([]byte, len(want))
		require.NoError(t, f.ReadBytes("x", got))
		require.Equal(t, want, got)
	}
	require.Zero(t, tensor.DType("F31").Bits())
}

func TestScalarsAndEmptyTensors(t *testing.T) {
	f := open(t, encoded(t, nil,
		Float32("scalar", nil, []float32{5}),
		Float32("empty", []int{0}, nil),
		BFloat16("no columns", []int{3, 0}, nil),
		Int64("no rows", []int{0, 3}, nil)))
	got := make([]float32, 1)
	require.NoError(t, f.ReadFloat32("scalar", got))
	require.Equal(t, float32(5), got[0])
	require.NoError(t, f.ReadFloat32("empty", nil))
	require.NoError(t, f.ReadFloat32Rows("no columns", 1, 3, nil))
	require.NoError(t, f.ReadInt64("no rows", nil))
	require.NoError(t, f.ReadBytes("no rows", nil))
	require.ErrorContains(t, f.ReadFloat32Rows("scalar", 0, 1, got), "scalar has no rows")
	info, _ := f.Info("scalar")
	require.Empty(t, info.Shape)
	require.Equal(t, 1, info.Elements())
}

// ramp makes n values that float32 and bfloat16 hold exactly.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%251) - 100
	}
	return x
}

func TestRowRanges(t *testing.T) {
	// A row is no divisor of a chunk, and the table takes several chunks.
	const rows, columns = 37, 2 * 1021
	data := ramp(rows * columns)
	f := open(t, encoded(t, nil,
		Float32("f32", []int{rows, 2, columns / 2}, data),
		BFloat16("bf16", []int{rows, columns}, data)))
	for _, name := range []string{"f32", "bf16"} {
		for _, r := range [][2]int{{0, rows}, {0, 1}, {rows - 1, rows}, {5, 29}, {0, 0}, {rows, rows}} {
			got := make([]float32, (r[1]-r[0])*columns)
			require.NoError(t, f.ReadFloat32Rows(name, r[0], r[1], got))
			require.Equal(t, data[r[0]*columns:r[1]*columns], got, "%s %v", name, r)
		}
		for _, r := range [][2]int{{-1, 1}, {2, 1}, {0, rows + 1}, {rows + 1, rows + 1}, {math.MinInt, math.MaxInt}} {
			require.ErrorContains(t, f.ReadFloat32Rows(name, r[0], r[1], nil), "outside of shape")
		}
		require.ErrorContains(t, f.ReadFloat32Rows(name, 0, 1, make([]float32, columns-1)), "2041 elements, want 2042")
	}
	whole := make([]float32, len(data))
	require.NoError(t, f.ReadFloat32("bf16", whole))
	require.Equal(t, data, whole)
}

func TestReadErrorsNameEverything(t *testing.T) {
	f := open(t, sample(t))
	err := f.ReadFloat32("absent", nil)
	require.ErrorIs(t, err, tensor.ErrNotFound)
	require.EqualError(t, err, `safetensors: test.st: tensor "absent": no such tensor`)
	require.ErrorIs(t, f.ReadFloat32Rows("absent", 0, 1, nil), tensor.ErrNotFound)
	require.ErrorIs(t, f.ReadBytes("absent", nil), tensor.ErrNotFound)

	require.EqualError(t, f.ReadFloat32("w", make([]float32, 5)),
		`safetensors: test.st: tensor "w": destination has 5 elements, want 6 (shape [2 3] of F32)`)
	require.EqualError(t, f.ReadInt64("w", make([]int64, 6)),
		`safetensors: test.st: tensor "w": dtype F32 does not convert to int64`)
	require.EqualError(t, f.ReadFloat64("ids", make([]float64, 1)),
		`safetensors: test.st: tensor "ids": dtype I64 does not convert to float64`)
	require.EqualError(t, f.ReadBytes("w", make([]byte, 23)),
		`safetensors: test.st: tensor "w": destination has 23 bytes, want 24`)
}

func TestWriteRejects(t *testing.T) {
	one := []float32{1}
	tests := []struct {
		name     string
		metadata map[string]string
		tensors  []Tensor
		want     string
	}{
		{"duplicate", nil, []Tensor{Float32("a", []int{1}, one), Float32("b", []int{1}, one), Float32("a", []int{1}, one)}, `"a" occurs twice`},
		{"duplicate of another dtype", nil, []Tensor{Float32("a", []int{1}, one), BFloat16("a", []int{1}, one)}, `"a" occurs twice`},
		{"too little data", nil, []Tensor{Float32("a", []int{2}, one)}, "takes 8 bytes, the data has 4"},
		{"too much data", nil, []Tensor{Float32("a", []int{0}, one)}, "takes 0 bytes, the data has 4"},
		{"negative dimension", nil, []Tensor{Float32("a", []int{-1, -1}, one)}, "negative dimension"},
		{"overflow", nil, []Tensor{Float32("a", []int{math.MaxInt, 2}, one)}, "overflows"},
		{"reserved name", nil, []Tensor{Float32("__metadata__", []int{1}, one)}, "reserved"},
		{"invalid name", nil, []Tensor{Float32("a\xff", []int{1}, one)}, "not valid UTF-8"},
		{"invalid metadata key", map[string]string{"a\xff": "b"}, nil, "not valid UTF-8"},
		{"invalid metadata value", map[string]string{"a": "\xff"}, nil, "not valid UTF-8"},
		{"zero tensor", nil, []Tensor{{}}, "constructor"},
		{"unknown dtype", nil, []Tensor{Raw("a", "F31", []int{1}, []byte{1})}, "unknown dtype"},
		{"part of a byte", nil, []Tensor{Raw("a", tensor.F4, []int{3}, []byte{1, 2})}, "whole byte"},
		{"raw data of wrong size", nil, []Tensor{Raw("a", tensor.I16, []int{1}, []byte{1})}, "takes 2 bytes, the data has 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			require.ErrorContains(t, Write(&b, tt.metadata, tt.tensors), tt.want)
			require.Zero(t, b.Len(), "nothing is written")
		})
	}
	n, err := new(Tensor).WriteTo(io.Discard)
	require.ErrorContains(t, err, "constructor")
	require.Zero(t, n)
}

func TestHeaderLimitOnWrite(t *testing.T) {
	// Many values share one string: neither the test nor Write may need
	// memory for the whole of it.
	mega := strings.Repeat("x", 1<<20)
	metadata := make(map[string]string)
	for i := range maxHeader>>20 + 1 {
		metadata[strconv.Itoa(i)] = mega
	}
	require.ErrorContains(t, Write(io.Discard, metadata, nil), "the limit is")
}

// A limitedWriter takes n bytes and then fails.
type limitedWriter struct{ n int }

var errFull = errors.New("full")

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > w.n {
		n := w.n
		w.n = 0
		return n, errFull
	}
	w.n -= len(p)
	return len(p), nil
}

func TestWriteErrorsPassThrough(t *testing.T) {
	tensors := []Tensor{Float32("a", []int{100}, ramp(100)), Uint8("b", []int{9}, make([]byte, 9))}
	size := len(encoded(t, nil, tensors...))
	for n := range size {
		require.ErrorIs(t, Write(&limitedWriter{n}, nil, tensors), errFull)
	}
	require.NoError(t, Write(&limitedWriter{size}, nil, tensors))
}

func TestWriteFileIsAtomic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.safetensors")
	require.NoError(t, WriteFile(path, map[string]string{"v": "1"}, []Tensor{Float32("a", []int{1}, []float32{1})}))
	err := WriteFile(path, map[string]string{"v": "2"}, []Tensor{Float32("a", []int{2}, []float32{1})})
	require.ErrorContains(t, err, path)

	f, err := Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.Equal(t, map[string]string{"v": "1"}, f.Metadata())

	large := ramp(100_000)
	require.NoError(t, WriteFile(path, nil, []Tensor{Float32("a", []int{len(large)}, large)}))
	g, err := Open(path)
	require.NoError(t, err)
	defer g.Close()
	got := make([]float32, len(large))
	require.NoError(t, g.ReadFloat32("a", got))
	require.Equal(t, large, got)
}

func TestLittleIsAllocated(t *testing.T) {
	data := ramp(1 << 20)
	tensors := []Tensor{Float32("a", []int{len(data)}, data), BFloat16("b", []int{len(data)}, data)}
	b := encoded(t, nil, tensors...)
	require.Less(t, allocated(func() { _ = Write(io.Discard, nil, tensors) }), uint64(256<<10))
	f := open(t, b)
	require.Less(t, allocated(func() {
		_ = f.ReadFloat32("a", data)
		_ = f.ReadFloat32("b", data)
	}), uint64(256<<10))
}

func TestConcurrentReads(t *testing.T) {
	data := ramp(50_000)
	f := open(t, encoded(t, nil, Float32("a", []int{len(data)}, data)))
	results := make(chan []float32)
	for range 4 {
		go func() {
			got := make([]float32, len(data))
			_ = f.ReadFloat32("a", got)
			results <- got
		}()
	}
	for range 4 {
		require.Equal(t, data, <-results)
	}
}
