package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// raw builds an array file with any header text.
func raw(version byte, dict string, body ...byte) []byte {
	b := append([]byte(magic), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dict)))
	}
	return append(append(b, dict...), body...)
}

// allTypes are NumPy's names of the types that are read.
var allTypes = []string{
	"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", ">i2", ">u2", ">i4", ">u4", ">i8", ">u8",
}

func parsed(t testing.TB, name string) Type {
	t.Helper()
	dtype, err := ParseType(name)
	require.NoError(t, err)
	return dtype
}

var errWriter = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errWriter }

func openBytes(b []byte) (*Array, error) {
	return New(bytes.NewReader(b), int64(len(b)), "a.npy")
}

func TestRoundTrip(t *testing.T) {
	wide := make([]int32, 3*20000)
	for i := range wide {
		wide[i] = int32(i % 200)
	}
	tests := []struct {
		dtype  string
		cols   int
		values []int32
	}{
		{"|u1", 0, []int32{0, 1, 255}},
		{"|i1", 0, []int32{-128, 0, 127}},
		{"|b1", 2, []int32{0, 1, 1, 0}},
		{"<i4", 3, []int32{math.MinInt32, 0, math.MaxInt32}},
		{"<i8", 1, []int32{math.MinInt32, -1, math.MaxInt32}},
		{"|u1", 20000, wide},
		{"<i4", 20000, wide},
		{"<i8", 0, wide},
		{"<i2", 0, []int32{-32768, 0, 32767}},
		{"<u2", 2, []int32{0, 65535}},
		{"<u4", 0, []int32{0, 1, math.MaxInt32}},
		{"<u8", 0, []int32{0, 258, math.MaxInt32}},
		{">i2", 0, []int32{-32768, 258, 32767}},
		{">u2", 2, []int32{258, 65535}},
		{">i4", 3, []int32{math.MinInt32, 0, math.MaxInt32}},
		{">u4", 0, []int32{0, 258, math.MaxInt32}},
		{">i8", 1, []int32{math.MinInt32, -1, math.MaxInt32}},
		{">u8", 20000, wide},
		{"<i4", 0, []int32{}},
		{"|u1", 9, []int32{}},
	}
	for _, tt := range tests {
		var b bytes.Buffer
		require.NoError(t, Write(&b, parsed(t, tt.dtype), tt.cols, tt.values))
		a, err := openBytes(b.Bytes())
		require.NoError(t, err)
		require.Equal(t, tt.dtype, a.Type().String())
		require.Zero(t, a.offset%64)
		dims, cols := 2, tt.cols
		if tt.cols == 0 {
			dims, cols = 1, 1
		}
		require.Equal(t, []int{dims, len(tt.values) / cols, cols}, []int{a.Dims(), a.Rows(), a.Cols()})
		got, err := a.ReadAll()
		require.NoError(t, err)
		require.Equal(t, tt.values, got)
		for i := range a.Rows() {
			row := make([]int32, cols)
			require.NoError(t, a.ReadRows(row, i, i+1))
			require.Equal(t, tt.values[i*cols:(i+1)*cols], row)
			i += a.Rows() / 10
		}
		require.NoError(t, a.Close())
	}
}

func TestHeaderForms(t *testing.T) {
	for _, tt := range []struct {
		version byte
		dict    string
	}{
		{1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }"},
		{2, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }      \n"},
		{3, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n"},
		{1, `{"shape":(2,3),"fortran_order":False,"descr":"|u1"}`},
		{1, "{'shape': (2L, 3L,), 'fortran_order': False, 'descr': '|u1'}"},
	} {
		a, err := openBytes(raw(tt.version, tt.dict, 1, 2, 3, 4, 5, 6))
		require.NoError(t, err, tt.dict)
		row := make([]int32, 3)
		require.NoError(t, a.ReadRows(row, 1, 2))
		require.Equal(t, []int32{4, 5, 6}, row)
	}
}

func TestErrors(t *testing.T) {
	const start, order, end = "{'descr': '|u1', ", "'fortran_order': False, ", ", }"
	dict := func(shape string) []byte { return raw(1, start+order+"'shape': "+shape+end, 1, 2, 3, 4, 5, 6) }
	good := dict("(2, 3)")
	long := raw(2, "")
	binary.LittleEndian.PutUint32(long[8:], math.MaxUint32)
	tests := []struct {
		name string
		in   []byte
		err  string
	}{
		{"empty", nil, "not a NumPy array but an empty file"},
		{"short", good[:9], "9 bytes are too few"},
		{"magic", append([]byte("x"), good[1:]...), "not a NumPy array but binary data"},
		{"version", raw(4, ""), "version 4.0"},
		{"version 0", raw(0, ""), "version 0.0"},
		{"cut header", good[:40], "header of"},
		{"cut version 2", raw(2, "")[:11], "11 bytes are too few"},
		{"zip", []byte("PK\x03\x04 and more"), "not a NumPy array but a zip archive"},
		{"lying header length", long, "header of 4294967295 bytes in a file of 12"},
		{"long header", raw(2, strings.Repeat(" ", 1<<20)), "header of 1048576 bytes"},
		{"cut values", good[:len(good)-1], "does not fill the 5 bytes"},
		{"extra values", append(good[:len(good):len(good)], 0), "does not fill the 7 bytes"},
		{"huge shape", dict("(1000000000, 3)"), "does not fill"},
		{"overflow", dict(fmt.Sprintf("(%d, %[1]d)", math.MaxInt/2+1)), "does not fill"},
		{"overflow to size", dict(fmt.Sprintf("(%d, 2)", math.MaxInt)), "does not fill"},
		{"too large", dict("(99999999999999999999,)"), "is too large"},
		{"scalar", dict("()"), "0 dimensions"},
		{"cube", dict("(1, 2, 3)"), "more than 2 dimensions"},
		{"no tuple", dict("(6)"), "not a tuple"},
		{"list", dict("[2, 3]"), "want ("},
		{"negative", dict("(-2, 3)"), "want a dimension"},
		{"open tuple", dict("(2 3)"), "not a tuple"},
		{"no width", dict("(6, 0)"), "rows of length 0"},
		{"fortran", raw(1, start+"'fortran_order': True, 'shape': (2, 3)"+end, 1, 2, 3, 4, 5, 6), "Fortran"},
		{"float", raw(1, "{'descr': '<f4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `type "<f4", that is floating-point numbers`},
		{"text", raw(1, "{'descr': '<U4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `type "<U4", that is text`},
		{"size", raw(1, "{'descr': '<i3', "+order+"'shape': (1,)"+end, 1, 2, 3), `type "<i3", want integers`},
		{"no order", raw(1, "{'descr': '|i4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `type "|i4", want integers`},
		{"wide boolean", raw(1, "{'descr': '<b4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `type "<b4", want integers`},
		{"record", raw(1, "{'descr': [('a', '<i4')], "+order+"'shape': (1,)"+end, 1, 2, 3, 4), "want"},
		{"missing", raw(1, start+order+"}", 1), "missing"},
		{"twice", raw(1, start+start[1:]+order+"'shape': (1,)}", 1), "twice"},
		{"key", raw(1, start+"'colour': 1}", 1), `key "colour"`},
		{"bad boolean", raw(1, start+"'fortran_order': 0}", 1), "want False"},
		{"after", raw(1, start+order+"'shape': (1,)} + x", 1), "after the dictionary"},
		{"not closed", raw(1, start+order+"'shape': (1,)", 1), "want }"},
		{"open string", raw(1, "{'descr", 1), "want a string"},
		{"escape", raw(1, `{'des\x63r': '|u1'}`, 1), "want a string"},
		{"nothing", raw(1, "", 1, 2), "want {"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := openBytes(tt.in)
			require.ErrorContains(t, err, "a.npy: ")
			require.ErrorContains(t, err, tt.err)
		})
	}
}

func TestReadErrors(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Write(&b, parsed(t, "<i8"), 2, []int32{1, 2, 3, 4, 5, 6}))
	file := b.Bytes()
	a, err := openBytes(file)
	require.NoError(t, err)
	for _, r := range [][2]int{{-1, 1}, {0, 4}, {2, 1}} {
		require.ErrorContains(t, a.ReadRows(nil, r[0], r[1]), "of 3")
	}
	require.ErrorContains(t, a.ReadRows(make([]int32, 3), 0, 2), "3 elements, want 4")

	binary.LittleEndian.PutUint64(file[len(file)-8:], 1<<31)
	require.NoError(t, a.ReadRows(make([]int32, 4), 0, 2))
	err = a.ReadRows(make([]int32, 6), 0, 3)
	require.ErrorContains(t, err, "value at row 2, column 1 does not fit 32 signed bits")

	// The file shrank after it was opened.
	a, err = New(bytes.NewReader(file), int64(len(file)), "a.npy")
	require.NoError(t, err)
	a.r = bytes.NewReader(file[:len(file)-4])
	require.ErrorIs(t, a.ReadRows(make([]int32, 2), 2, 3), io.ErrUnexpectedEOF)
}

func TestWriteErrors(t *testing.T) {
	require.ErrorContains(t, Write(io.Discard, Uint8, 2, []int32{1, 2, 3}), "multiple")
	require.ErrorContains(t, Write(io.Discard, Uint8, -1, nil), "multiple")
	for dtype, v := range map[string]int32{
		"|u1": 256, "|i1": -129, "|b1": 2, "<u2": 65536, ">u2": -1, "<i2": 32768, ">i2": -32769, "<u4": -1, ">u8": -1,
	} {
		require.ErrorContains(t, Write(io.Discard, parsed(t, dtype), 0, []int32{0, v}), "at index 1 does not fit "+dtype)
	}
	require.ErrorIs(t, Write(failingWriter{}, Uint8, 0, []int32{1}), errWriter)
	for n, want := range map[int]string{3: "more than 3 values", 5: "4 values, want 5"} {
		parts := slices.Values([][]int32{{1, 2}, nil, {3, 4}})
		require.ErrorContains(t, WriteParts(io.Discard, Uint8, 0, n, parts), want)
	}
	require.ErrorIs(t, Write(failingWriter{}, Uint8, 0, make([]int32, 1<<16)), errWriter)
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npy")
	_, err := Open(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(dir)
	require.ErrorContains(t, err, "not a regular file")
	require.NoError(t, os.WriteFile(path, []byte("nonsense and more"), 0o666))
	_, err = Open(path)
	require.ErrorContains(t, err, path)

	var b bytes.Buffer
	require.NoError(t, Write(&b, Uint8, 0, []int32{7}))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
	a, err := Open(path)
	require.NoError(t, err)
	v := make([]int32, 1)
	require.NoError(t, a.ReadRows(v, 0, 1))
	require.Equal(t, int32(7), v[0])
	require.NoError(t, a.Close())
	require.ErrorIs(t, a.ReadRows(v, 0, 1), os.ErrClosed)
}

func FuzzRead(f *testing.F) {
	for _, dtype := range allTypes {
		for _, cols := range []int{0, 2} {
			var b bytes.Buffer
			require.NoError(f, Write(&b, parsed(f, dtype), cols, []int32{0, 1, 1, 0}))
			f.Add(b.Bytes())
		}
	}
	f.Add(raw(2, "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3), }\n", 1, 2, 3, 4, 5, 6))
	f.Add(raw(3, `{"shape":(1,),"fortran_order":True,"descr":"<i8"}`, 1, 2, 3, 4, 5, 6, 7, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := openBytes(b)
		if err != nil {
			return
		}
		require.LessOrEqual(t, a.Rows()*a.Cols(), len(b))
		v, err := a.ReadAll()
		if err != nil {
			require.ErrorContains(t, err, "32 signed bits")
			return
		}
		cols := 0
		if a.Dims() == 2 {
			cols = a.Cols()
		}
		// Bytes other than 0 and 1 are read as they are, even as booleans.
		dtype := a.Type()
		if dtype.kind == 'b' {
			dtype = Uint8
		}
		var out bytes.Buffer
		require.NoError(t, Write(&out, dtype, cols, v))
		back, err := openBytes(out.Bytes())
		require.NoError(t, err)
		again, err := back.ReadAll()
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}

func TestValuesOutOfRange(t *testing.T) {
	for name, value := range map[string][]byte{
		"<u4": {0, 0, 0, 128},
		">u4": {128, 0, 0, 0},
		"<i8": {0, 0, 0, 128, 0, 0, 0, 0},
		">i8": {255, 255, 255, 255, 127, 255, 255, 255},
		"<u8": {0, 0, 0, 0, 0, 0, 0, 128},
		">u8": {0, 0, 0, 0, 128, 0, 0, 0},
	} {
		body := append(make([]byte, len(value)), value...)
		a, err := openBytes(raw(1, "{'descr': '"+name+"', 'fortran_order': False, 'shape': (2, 1)}", body...))
		require.NoError(t, err)
		_, err = a.ReadAll()
		require.EqualError(t, err, "npy: a.npy: value at row 1, column 0 does not fit 32 signed bits", name)
	}
}

// TestNumPyFile reads what numpy.save wrote of numpy.array([[1, 2, 3], [4, 5, 65535]], "<u2").
func TestNumPyFile(t *testing.T) {
	dict := "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }" + strings.Repeat(" ", 58) + "\n"
	a, err := openBytes(raw(1, dict, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255))
	require.NoError(t, err)
	require.Equal(t, int64(128), a.offset)
	v, err := a.ReadAll()
	require.NoError(t, err)
	require.Equal(t, []int32{1, 2, 3, 4, 5, 65535}, v)
}

func TestReadRowsAllocs(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Write(&b, Int32, 3, make([]int32, 30)))
	a, err := openBytes(b.Bytes())
	require.NoError(t, err)
	row := make([]int32, 3)
	// The buffer pool may be emptied by a garbage collection.
	require.Less(t, testing.AllocsPerRun(200, func() { _ = a.ReadRows(row, 4, 5) }), 1.0)
}
