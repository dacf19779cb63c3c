package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
)

// file puts a header and data bytes together.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for i := range data {
		b = append(b, byte(i))
	}
	return b
}

func open(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := NewFile(bytes.NewReader(b), int64(len(b)), "test.st")
	require.NoError(t, err)
	return f
}

func TestRejectedHeaders(t *testing.T) {
	entry := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"a":{"dtype":%s,"shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	tests := []struct {
		name   string
		header string
		data   int
		want   string
	}{
		{"empty header", ``, 3, "does not begin with {"},
		{"leading space", ` {}`, 0, "does not begin with {"},
		{"array", `[]`, 0, "does not begin with {"},
		{"invalid UTF-8", "{\"\xff\":1}", 0, "not valid UTF-8"},
		{"syntax", `{"a":}`, 0, "not valid JSON"},
		{"trailing comma", `{"a":1,}`, 0, "not valid JSON"},
		{"trailing text", `{} x`, 0, "not valid JSON"},
		{"second value", `{}{}`, 0, "not valid JSON"},
		{"zero padding", "{}\x00\x00", 0, "not valid JSON"},
		{"too deep", `{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 0, "not valid JSON"},
		{"half a surrogate pair", `{"a\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0, "surrogate"},

		{"entry is a number", `{"a":1}`, 0, "found a number, want {"},
		{"entry is null", `{"a":null}`, 0, "found null, want {"},
		{"entry is an array", `{"a":["U8",[1],[0,1]]}`, 1, "found [, want {"},
		{"no dtype", `{"a":{"shape":[1],"data_offsets":[0,1]}}`, 1, "lacks one of"},
		{"no shape", `{"a":{"dtype":"U8","data_offsets":[0,1]}}`, 1, "lacks one of"},
		{"no offsets", `{"a":{"dtype":"U8","shape":[1]}}`, 1, "lacks one of"},
		{"wrong case", `{"a":{"DType":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, "lacks one of"},
		{"key twice", `{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, `the key "dtype" twice`},
		{"name twice", `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, `the key "a" twice`},
		{"name twice, escaped", `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0, `the key "a" twice`},

		{"unknown dtype", entry(`"F31"`, `[1]`, `[0,4]`), 4, `unknown dtype "F31"`},
		{"lower-case dtype", entry(`"f32"`, `[1]`, `[0,4]`), 4, `unknown dtype "f32"`},
		{"dtype is a number", entry(`32`, `[1]`, `[0,4]`), 4, "want a string"},
		{"shape is a number", entry(`"U8"`, `1`, `[0,1]`), 1, "want ["},
		{"shape is null", entry(`"U8"`, `null`, `[0,1]`), 1, "want ["},
		{"negative dimension", entry(`"U8"`, `[-1]`, `[0,1]`), 1, "-1 is not a whole number"},
		{"two negative dimensions", entry(`"U8"`, `[-1,-1]`, `[0,1]`), 1, "-1 is not a whole number"},
		{"minus zero", entry(`"U8"`, `[-0]`, `[0,0]`), 0, "-0 is not a whole number"},
		{"fraction", entry(`"U8"`, `[1.0]`, `[0,1]`), 1, "1.0 is not a whole number"},
		{"exponent", entry(`"U8"`, `[1e0]`, `[0,1]`), 1, "1e0 is not a whole number"},
		{"dimension as string", entry(`"U8"`, `["1"]`, `[0,1]`), 1, "want a number"},
		{"nested dimension", entry(`"U8"`, `[[1]]`, `[0,1]`), 1, "want a number"},
		{"dimension above int", entry(`"U8"`, `[9223372036854775808]`, `[0,1]`), 1, "too large"},
		{"dimension above uint64", entry(`"U8"`, `[18446744073709551616]`, `[0,1]`), 1, "is not a whole number"},
		{"elements overflow", entry(`"U8"`, `[65536,65536,65536,65536]`, `[0,0]`), 0, "overflows"},
		{"elements overflow before a zero", entry(`"U8"`, `[65536,65536,65536,65536,0]`, `[0,0]`), 0, "overflows"},
		{"bytes overflow", entry(`"F64"`, `[2147483647,2147483647,2]`, `[0,0]`), 0, "overflows"},
		{"part of a byte", entry(`"F4"`, `[3]`, `[0,1]`), 1, "whole byte"},

		{"one offset", entry(`"U8"`, `[1]`, `[0]`), 1, "1 numbers, want 2"},
		{"three offsets", entry(`"U8"`, `[1]`, `[0,1,1]`), 1, "3 numbers, want 2"},
		{"negative offset", entry(`"U8"`, `[1]`, `[-1,0]`), 1, "-1 is not a whole number"},
		{"offset above int64", entry(`"U8"`, `[1]`, `[0,9223372036854775808]`), 1, "too large"},
		{"backwards", entry(`"U8"`, `[1]`, `[1,0]`), 1, "run backwards"},
		{"too short for the shape", entry(`"F32"`, `[2]`, `[0,4]`), 4, "takes 8 bytes"},
		{"too long for the shape", entry(`"F32"`, `[2]`, `[0,12]`), 12, "takes 8 bytes"},
		{"scalar of two", entry(`"U8"`, `[]`, `[0,2]`), 2, "takes 1 bytes"},
		{"beyond the data", entry(`"U8"`, `[8]`, `[0,8]`), 7, "cut off: the tensors take 8 bytes of data, 7 are there"},
		{"hole in front", entry(`"U8"`, `[4]`, `[4,8]`), 8, "hole after byte 0"},
		{"remainder", entry(`"U8"`, `[4]`, `[0,4]`), 5, "cover 4 of 5 bytes"},
		{"data without tensors", `{}`, 1, "cover 0 of 1 bytes"},
		{"hole", `{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 3, "hole after byte 1"},
		{"overlap", `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3, "overlap"},
		{"same place", `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2, "overlap"},
		{"empty tensor inside another", `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}`, 2, "overlap"},
		{"empty tensor behind the end", entry(`"U8"`, `[0]`, `[5,5]`), 0, "hole after byte 0"},

		{"metadata is a string", `{"__metadata__":"x"}`, 0, "found a string, want {"},
		{"metadata value is a number", `{"__metadata__":{"a":1}}`, 0, "found a number, want a string"},
		{"metadata value is null", `{"__metadata__":{"a":null}}`, 0, "found null, want a string"},
		{"metadata key twice", `{"__metadata__":{"a":"1","a":"2"}}`, 0, `the key "a" twice`},
		{"metadata twice", `{"__metadata__":{},"__metadata__":{}}`, 0, "twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := file(tt.header, tt.data)
			f, err := NewFile(bytes.NewReader(b), int64(len(b)), "test.st")
			require.Nil(t, f)
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, "test.st")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestRejectedLengths(t *testing.T) {
	prefix := func(n uint64, rest string) []byte {
		return append(binary.LittleEndian.AppendUint64(nil, n), rest...)
	}
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "it is an empty file"},
		{"seven bytes", []byte("\x07\x00\x00\x00\x00\x00\x00"), "7 bytes are too few"},
		{"length of zero", prefix(0, "x"), "does not begin with {"},
		{"length alone", prefix(3, ""), "cut off: the header length 3 is more than the 0 bytes"},
		{"one byte short", prefix(3, "{}"), "cut off: the header length 3 is more than the 2 bytes"},
		{"at the limit", prefix(maxHeader, "{}"), "cut off: the header length 100000000 is more than the 2 bytes"},
		{"above the limit", prefix(maxHeader+1, "{}"), "above the limit"},
		{"largest", prefix(1<<64-1, "{}"), "above the limit"},
		{"sign bit", prefix(1<<63, "{}"), "above the limit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewFile(bytes.NewReader(tt.file), int64(len(tt.file)), "test.st")
			require.ErrorIs(t, err, ErrInvalid)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestEveryTruncationIsRejected(t *testing.T) {
	b := sample(t)
	for n := range b {
		_, err := NewFile(bytes.NewReader(b[:n]), int64(n), "test.st")
		require.ErrorIs(t, err, ErrInvalid, "%d bytes", n)
		if n >= prefixSize {
			require.ErrorContains(t, err, "cut off", "%d bytes", n)
		}
	}
}

func TestAcceptedHeaders(t *testing.T) {
	tests := []struct {
		name   string
		header string
		data   int
		names  []string
	}{
		{"no tensors", `{}`, 0, []string{}},
		{"spaces", "{ }  \n\t ", 0, []string{}},
		{"null metadata", `{"__metadata__" : null}`, 0, []string{}},
		{"unknown keys", `{"a":{"x":[{"dtype":1}],"dtype":"U8","shape":[1],"y":null,"data_offsets":[0,1]}}`, 1, []string{"a"}},
		{"data in another order", `{"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 3, []string{"b", "a"}},
		{"tensors of no size", `{"z":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"F32","shape":[3,0],"data_offsets":[1,1]},"b":{"dtype":"F32","shape":[0,9223372036854775807,9223372036854775807],"data_offsets":[0,0]}}`, 1, []string{"b", "z", "a", "c"}},
		{"empty name", `{"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, []string{""}},
		{"replacement character", "{\"\uFFFD\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"b\\uFffd\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0, []string{"b\uFFFD", "\uFFFD"}},
		{"surrogate pair", `{"\ud83d\ude00":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0, []string{"😀"}},
		{"narrow elements", `{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]},"b":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[1,4]}}`, 4, []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if strings.Contains(tt.header, "9223372036854775807") && ^uint(0)>>32 == 0 {
				t.Skip("the dimension does not fit int")
			}
			f := open(t, file(tt.header, tt.data))
			require.Equal(t, tt.names, f.Names())
			require.Nil(t, f.Metadata())
			require.NoError(t, f.Close())
		})
	}
}

func TestInfoAndMetadataAreCopies(t *testing.T) {
	f := open(t, file(`{"__metadata__":{"k":"v"},"a":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}}`, 4))
	info, ok := f.Info("a")
	require.True(t, ok)
	require.Equal(t, "a", info.Name)
	require.Equal(t, tensor.I16, info.DType)
	require.Equal(t, []int{2, 1}, info.Shape)
	require.EqualValues(t, 4, info.Bytes)
	require.Equal(t, 2, info.Elements())
	info.Shape[0] = 100
	f.Metadata()["k"] = "changed"

	info, _ = f.Info("a")
	require.Equal(t, 2, info.Shape[0])
	require.Equal(t, map[string]string{"k": "v"}, f.Metadata())
	_, ok = f.Info("__metadata__")
	require.False(t, ok)
}

// allocated returns the bytes that fn allocates.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestLyingHeadersAllocateLittle(t *testing.T) {
	files := map[string][]byte{
		"header length": append(binary.LittleEndian.AppendUint64(nil, maxHeader), "{}"...),
		"shape":         file(`{"a":{"dtype":"U8","shape":[1000000000000],"data_offsets":[0,1000000000000]}}`, 10),
		"empty shape":   file(`{"a":{"dtype":"U8","shape":[0,1000000000000],"data_offsets":[0,0]}}`, 0),
	}
	if ^uint(0)>>32 == 0 {
		t.Skip("the dimensions do not fit int")
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			n := allocated(func() {
				f, err := NewFile(bytes.NewReader(b), int64(len(b)), "test.st")
				if err == nil {
					_ = f.ReadFloat32Rows("a", 0, 0, nil)
				}
			})
			require.Less(t, n, uint64(64<<10))
		})
	}
}

func TestLongNamesAreCutInErrors(t *testing.T) {
	b := file(`{"`+strings.Repeat("n", 1<<20)+`":{"dtype":"F31","shape":[1],"data_offsets":[0,1]}}`, 1)
	_, err := NewFile(bytes.NewReader(b), int64(len(b)), "test.st")
	require.ErrorIs(t, err, ErrInvalid)
	require.Less(t, len(err.Error()), 2000)
}

// A failingReader fails from a position on.
type failingReader struct {
	data []byte
	from int
	err  error
}

func (r failingReader) ReadAt(p []byte, off int64) (int, error) {
	if int(off)+len(p) > r.from {
		return 0, r.err
	}
	return bytes.NewReader(r.data).ReadAt(p, off)
}

func TestReadErrorsPassThrough(t *testing.T) {
	b := file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4)
	broken := errors.New("broken")
	for _, from := range []int{0, 8, 20} {
		_, err := NewFile(failingReader{b, from, broken}, int64(len(b)), "test.st")
		require.ErrorIs(t, err, broken)
		require.NotErrorIs(t, err, ErrInvalid)
	}
	f, err := NewFile(failingReader{b, len(b) - 1, broken}, int64(len(b)), "test.st")
	require.NoError(t, err)
	require.ErrorIs(t, f.ReadFloat32("a", make([]float32, 1)), broken)

	// A file that shrank after it was opened.
	f, err = NewFile(bytes.NewReader(b[:len(b)-1]), int64(len(b)), "test.st")
	require.NoError(t, err)
	require.ErrorIs(t, f.ReadFloat32("a", make([]float32, 1)), io.ErrUnexpectedEOF)
	require.ErrorIs(t, f.ReadBytes("a", make([]byte, 4)), io.ErrUnexpectedEOF)
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.safetensors")
	_, err := Open(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(dir)
	require.ErrorContains(t, err, "not a regular file")

	require.NoError(t, os.WriteFile(path, []byte("not one"), 0o666))
	_, err = Open(path)
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, path)

	require.NoError(t, os.WriteFile(path, sample(t), 0o666))
	f, err := Open(path)
	require.NoError(t, err)
	require.NotEmpty(t, f.Names())
	require.NoError(t, f.Close())
	require.ErrorIs(t, f.ReadBytes("ids", make([]byte, 8)), os.ErrClosed)
}
