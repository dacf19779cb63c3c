package data

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rawNPY builds an array file with any header text.
func rawNPY(version byte, dict string, body ...byte) []byte {
	b := append([]byte(npyMagic), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dict)))
	}
	return append(append(b, dict...), body...)
}

func openBytes(b []byte) (*NPY, error) {
	return NewNPY(bytes.NewReader(b), int64(len(b)), "a.npy")
}

func TestNPYRoundTrip(t *testing.T) {
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
		{"<i4", 0, []int32{}},
		{"|u1", 9, []int32{}},
	}
	for _, tt := range tests {
		var b bytes.Buffer
		require.NoError(t, WriteNPY(&b, tt.dtype, tt.cols, tt.values))
		a, err := openBytes(b.Bytes())
		require.NoError(t, err)
		require.Equal(t, tt.dtype, a.DType())
		require.Zero(t, a.offset%64)
		dims, cols := 2, tt.cols
		if tt.cols == 0 {
			dims, cols = 1, 1
		}
		require.Equal(t, []int{dims, len(tt.values) / cols, cols}, []int{a.Dims(), a.Rows(), a.Cols()})
		got, err := a.readAll()
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

func TestNPYHeaderForms(t *testing.T) {
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
		a, err := openBytes(rawNPY(tt.version, tt.dict, 1, 2, 3, 4, 5, 6))
		require.NoError(t, err, tt.dict)
		row := make([]int32, 3)
		require.NoError(t, a.ReadRows(row, 1, 2))
		require.Equal(t, []int32{4, 5, 6}, row)
	}
}

func TestNPYErrors(t *testing.T) {
	const start, order, end = "{'descr': '|u1', ", "'fortran_order': False, ", ", }"
	dict := func(shape string) []byte { return rawNPY(1, start+order+"'shape': "+shape+end, 1, 2, 3, 4, 5, 6) }
	good := dict("(2, 3)")
	long := rawNPY(2, "")
	binary.LittleEndian.PutUint32(long[8:], math.MaxUint32)
	tests := []struct {
		name string
		in   []byte
		err  string
	}{
		{"empty", nil, "0 bytes are too few"},
		{"short", good[:9], "9 bytes are too few"},
		{"magic", append([]byte("x"), good[1:]...), "not an array file"},
		{"version", rawNPY(4, ""), "version 4.0"},
		{"version 0", rawNPY(0, ""), "version 0.0"},
		{"cut header", good[:40], "header of"},
		{"cut version 2", rawNPY(2, "")[:11], "unexpected EOF"},
		{"lying header length", long, "header of 4294967295 bytes in a file of 12"},
		{"long header", rawNPY(2, strings.Repeat(" ", 1<<20)), "header of 1048576 bytes"},
		{"cut values", good[:len(good)-1], "does not fill the 5 bytes"},
		{"extra values", append(good[:len(good):len(good)], 0), "does not fill the 7 bytes"},
		{"huge shape", dict("(1000000000000, 3)"), "does not fill"},
		{"overflow", dict("(4611686018427387904, 4611686018427387904)"), "does not fill"},
		{"overflow to size", dict("(9223372036854775807, 2)"), "does not fill"},
		{"too large", dict("(99999999999999999999,)"), "is too large"},
		{"scalar", dict("()"), "0 dimensions"},
		{"cube", dict("(1, 2, 3)"), "more than 2 dimensions"},
		{"no tuple", dict("(6)"), "not a tuple"},
		{"list", dict("[2, 3]"), "want ("},
		{"negative", dict("(-2, 3)"), "want a dimension"},
		{"open tuple", dict("(2 3)"), "not a tuple"},
		{"no width", dict("(6, 0)"), "rows of length 0"},
		{"fortran", rawNPY(1, start+"'fortran_order': True, 'shape': (2, 3)"+end, 1, 2, 3, 4, 5, 6), "Fortran"},
		{"float", rawNPY(1, "{'descr': '<f4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `element type "<f4"`},
		{"big endian", rawNPY(1, "{'descr': '>i4', "+order+"'shape': (1,)"+end, 1, 2, 3, 4), `element type ">i4"`},
		{"record", rawNPY(1, "{'descr': [('a', '<i4')], "+order+"'shape': (1,)"+end, 1, 2, 3, 4), "want"},
		{"missing", rawNPY(1, start+order+"}", 1), "missing"},
		{"twice", rawNPY(1, start+start[1:]+order+"'shape': (1,)}", 1), "twice"},
		{"key", rawNPY(1, start+"'colour': 1}", 1), `key "colour"`},
		{"bad boolean", rawNPY(1, start+"'fortran_order': 0}", 1), "want False"},
		{"after", rawNPY(1, start+order+"'shape': (1,)} + x", 1), "after the dictionary"},
		{"not closed", rawNPY(1, start+order+"'shape': (1,)", 1), "want }"},
		{"open string", rawNPY(1, "{'descr", 1), "want a string"},
		{"escape", rawNPY(1, `{'des\x63r': '|u1'}`, 1), "want a string"},
		{"nothing", rawNPY(1, "", 1), "want {"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := openBytes(tt.in)
			require.ErrorContains(t, err, "a.npy: ")
			require.ErrorContains(t, err, tt.err)
		})
	}
}

func TestNPYReadErrors(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteNPY(&b, "<i8", 2, []int32{1, 2, 3, 4, 5, 6}))
	raw := b.Bytes()
	a, err := openBytes(raw)
	require.NoError(t, err)
	for _, r := range [][2]int{{-1, 1}, {0, 4}, {2, 1}} {
		require.ErrorContains(t, a.ReadRows(nil, r[0], r[1]), "of 3")
	}
	require.ErrorContains(t, a.ReadRows(make([]int32, 3), 0, 2), "3 elements, want 4")

	binary.LittleEndian.PutUint64(raw[len(raw)-8:], 1<<31)
	require.NoError(t, a.ReadRows(make([]int32, 4), 0, 2))
	err = a.ReadRows(make([]int32, 6), 0, 3)
	require.ErrorContains(t, err, "value at row 2, column 1 does not fit 32 bits")

	// The file shrank after it was opened.
	a, err = NewNPY(bytes.NewReader(raw), int64(len(raw)), "a.npy")
	require.NoError(t, err)
	a.r = bytes.NewReader(raw[:len(raw)-4])
	require.ErrorIs(t, a.ReadRows(make([]int32, 2), 2, 3), io.ErrUnexpectedEOF)
}

func TestWriteNPYErrors(t *testing.T) {
	require.ErrorContains(t, WriteNPY(io.Discard, "<f4", 0, nil), "element type")
	require.ErrorContains(t, WriteNPY(io.Discard, "|u1", 2, []int32{1, 2, 3}), "multiple")
	require.ErrorContains(t, WriteNPY(io.Discard, "|u1", -1, nil), "multiple")
	for dtype, v := range map[string]int32{"|u1": 256, "|i1": -129, "|b1": 2} {
		require.ErrorContains(t, WriteNPY(io.Discard, dtype, 0, []int32{0, v}), "at index 1 does not fit "+dtype)
	}
	require.ErrorIs(t, WriteNPY(failingWriter{}, "|u1", 0, []int32{1}), errWriter)
	require.ErrorIs(t, WriteNPY(failingWriter{}, "|u1", 0, make([]int32, 1<<16)), errWriter)
}

func TestOpenNPY(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npy")
	_, err := OpenNPY(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = OpenNPY(dir)
	require.ErrorContains(t, err, "not a regular file")
	require.NoError(t, os.WriteFile(path, []byte("nonsense and more"), 0o666))
	_, err = OpenNPY(path)
	require.ErrorContains(t, err, path)

	var b bytes.Buffer
	require.NoError(t, WriteNPY(&b, "|u1", 0, []int32{7}))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
	a, err := OpenNPY(path)
	require.NoError(t, err)
	v := make([]int32, 1)
	require.NoError(t, a.ReadRows(v, 0, 1))
	require.Equal(t, int32(7), v[0])
	require.NoError(t, a.Close())
	require.ErrorIs(t, a.ReadRows(v, 0, 1), os.ErrClosed)
}

func FuzzReadNPY(f *testing.F) {
	for _, dtype := range []string{"|u1", "|i1", "|b1", "<i4", "<i8"} {
		for _, cols := range []int{0, 2} {
			var b bytes.Buffer
			require.NoError(f, WriteNPY(&b, dtype, cols, []int32{0, 1, 1, 0}))
			f.Add(b.Bytes())
		}
	}
	f.Add(rawNPY(2, "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3), }\n", 1, 2, 3, 4, 5, 6))
	f.Add(rawNPY(3, `{"shape":(1,),"fortran_order":True,"descr":"<i8"}`, 1, 2, 3, 4, 5, 6, 7, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := openBytes(b)
		if err != nil {
			return
		}
		require.LessOrEqual(t, a.Rows()*a.Cols(), len(b))
		v, err := a.readAll()
		if err != nil {
			require.ErrorContains(t, err, "32 bits")
			return
		}
		cols := 0
		if a.Dims() == 2 {
			cols = a.Cols()
		}
		// Bytes other than 0 and 1 are read as they are, even as booleans.
		dtype := a.DType()
		if dtype == "|b1" {
			dtype = "|u1"
		}
		var out bytes.Buffer
		require.NoError(t, WriteNPY(&out, dtype, cols, v))
		back, err := openBytes(out.Bytes())
		require.NoError(t, err)
		again, err := back.readAll()
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}
