package torch

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed is a file of an archive.
type packed struct {
	name, content string
	deflate       bool
}

// archived returns an archive.
func archived(t testing.TB, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 9) })
	for _, f := range files {
		method := zip.Store
		if f.deflate {
			method = zip.Deflate
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(w, f.content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

// saved returns an archive of a pickle and storages 0, 1 and so on.
func saved(t testing.TB, pickle string, storages ...string) []byte {
	files := []packed{{name: "m/data.pkl", content: pickle}}
	for i, s := range storages {
		files = append(files, packed{name: "m/data/" + string(rune('0'+i)), content: s})
	}
	return archived(t, files...)
}

func parse(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b)), "test.pt") }

func open(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := parse(b)
	require.NoError(t, err)
	return f
}

// floats is the stored form of numbers.
func floats(x ...float32) string {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return string(b)
}

// ramp returns 0, 1, 2 and so on.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	return x
}

// values reads a tensor.
func values(t testing.TB, f *File, name string) []float32 {
	t.Helper()
	info, ok := f.Info(name)
	require.True(t, ok, name)
	x := make([]float32, info.Elements())
	require.NoError(t, f.ReadFloat32(name, x))
	return x
}

// What pickles are made of.

func str(s string) string            { return string(appendText(nil, s)) }
func num(x int) string               { return string(appendNumber(nil, x)) }
func fun(module, name string) string { return string(appendGlobal(nil, module, name)) }
func tup(items ...string) string     { return "(" + strings.Join(items, "") + "t" }
func nums(x ...int) string           { return string(appendNumbers(nil, x)) }

// ordered is an OrderedDict, map a plain dictionary.
func ordered(items ...string) string {
	return string(appendEmptyDict(nil)) + "(" + strings.Join(items, "") + "u"
}
func plain(items ...string) string { return "}(" + strings.Join(items, "") + "u" }

func stored(kind, key string, count int) string {
	return tup(str("storage"), fun("torch", kind), str(key), str("cuda:0"), num(count)) + "Q"
}

// tensorOf is a call of the usual function.
func tensorOf(storage string, offset int, shape, stride string) string {
	return fun("torch._utils", "_rebuild_tensor_v2") +
		tup(storage, num(offset), shape, stride, "\x89", string(appendEmptyDict(nil))) + "R"
}

// vector is a tensor of the first n elements of storage 0, which has four.
func vector(n int) string {
	return tensorOf(stored("FloatStorage", "0", 4), 0, nums(n), nums(1))
}

// one is a pickle of a state dict with the tensor x.
func one(x string) string { return "\x80\x02" + ordered(str("x"), x) + "." }

// allocated returns the bytes that fn allocates.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
