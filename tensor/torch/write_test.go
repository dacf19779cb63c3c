package torch

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
)

func written(t testing.TB, tensors ...safetensors.Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, tensors))
	return b.Bytes()
}

// What is written is read again to the bit, and is the same when written again.
func TestRoundTrip(t *testing.T) {
	tensors := everyType()
	b := written(t, tensors...)
	require.Equal(t, b, written(t, tensors...))
	f := open(t, b)
	var again []safetensors.Tensor
	for i, name := range f.Names() {
		require.Equal(t, tensors[i].Name(), name)
		want, err := tensors[i].Info()
		require.NoError(t, err)
		got, _ := f.Info(name)
		require.Equal(t, want.DType, got.DType)
		require.ElementsMatch(t, want.Shape, got.Shape)
		var data bytes.Buffer
		_, err = tensors[i].WriteTo(&data)
		require.NoError(t, err)
		stored := make([]byte, got.Bytes)
		require.NoError(t, f.ReadBytes(name, stored))
		require.Equal(t, data.Len(), len(stored))
		require.True(t, bytes.Equal(data.Bytes(), stored))
		e, _ := f.Entry(name)
		again = append(again, safetensors.Stored(e))
	}
	require.Len(t, again, len(tensors))
	require.Equal(t, b, written(t, again...))
	require.Empty(t, open(t, written(t)).Names())
}

// From one format to the other and back, the bytes stay.
func TestRoundTripThroughSafetensors(t *testing.T) {
	first := written(t, everyType()...)
	f := open(t, first)
	var tensors []safetensors.Tensor
	for _, name := range f.Names() {
		e, _ := f.Entry(name)
		tensors = append(tensors, safetensors.Stored(e))
	}
	var b bytes.Buffer
	require.NoError(t, safetensors.Write(&b, nil, tensors))
	s, err := safetensors.NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()), "test.safetensors")
	require.NoError(t, err)
	tensors = nil
	for _, name := range f.Names() {
		e, ok := s.Entry(name)
		require.True(t, ok)
		tensors = append(tensors, safetensors.Stored(e))
	}
	require.Equal(t, first, written(t, tensors...))
}

// The archive is one as PyTorch writes them: its files are whole by their checksums,
// uncompressed and aligned.
func TestWrittenArchive(t *testing.T) {
	b := written(t, safetensors.Float32("a", []int{3}, ramp(3)), safetensors.Uint8("b", []int{1}, []byte{9}))
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		require.Equal(t, zip.Store, f.Method)
		at, err := f.DataOffset()
		require.NoError(t, err)
		require.Zero(t, at%64)
		r, err := f.Open()
		require.NoError(t, err)
		_, err = io.ReadAll(r)
		require.NoError(t, err, "the checksum")
	}
	require.Equal(t, []string{"archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/data/1", "archive/version"}, names)
}

func TestWriteRejects(t *testing.T) {
	one := []float32{1}
	for _, c := range []struct {
		name    string
		tensors []safetensors.Tensor
		says    string
	}{
		{"twice", []safetensors.Tensor{safetensors.Float32("a", []int{1}, one), safetensors.Float32("a", []int{1}, one)}, `tensor "a" occurs twice`},
		{"too many", make([]safetensors.Tensor, maxTensors+1), "65537 tensors, want at most 65536"},
		{"too little data", []safetensors.Tensor{safetensors.Float32("a", []int{2}, one)}, `tensor "a": shape [2] of F32 takes 8 bytes, the data has 4`},
		{"zero tensor", []safetensors.Tensor{{}}, "constructor"},
		{"name", []safetensors.Tensor{safetensors.Float32("a\xff", []int{1}, one)}, "not valid UTF-8"},
		{"long name", []safetensors.Tensor{safetensors.Float32(strings.Repeat("a", maxKey+1), []int{1}, one)}, "at most 4096 bytes"},
		{"type", []safetensors.Tensor{safetensors.Raw("a", tensor.F8E4M3, []int{1}, []byte{1})}, `tensor "a": PyTorch has no type of storage for F8_E4M3`},
		{"dimensions", []safetensors.Tensor{safetensors.Float32("a", slices.Repeat([]int{1}, 65), one)}, "65 dimensions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			require.ErrorContains(t, Write(&b, c.tensors), c.says)
			require.Zero(t, b.Len(), "nothing is written")
		})
	}
}

// A limitedWriter takes n bytes and then fails.
type limitedWriter struct{ n int }

var errFull = errors.New("full")

func (w *limitedWriter) Write(p []byte) (int, error) {
	n := min(w.n, len(p))
	w.n -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestWriteErrorsPassThrough(t *testing.T) {
	tensors := []safetensors.Tensor{safetensors.Float32("a", []int{100}, ramp(100)), safetensors.Uint8("b", []int{9}, make([]byte, 9))}
	size := len(written(t, tensors...))
	for n := range size {
		require.ErrorIs(t, Write(&limitedWriter{n}, tensors), errFull)
	}
	require.NoError(t, Write(&limitedWriter{size}, tensors))

	info, err := tensor.NewInfo("a", tensor.F32, []int{4})
	require.NoError(t, err)
	broken := safetensors.Stored(tensor.Entry{Info: info, Data: failingReader{strings.NewReader(floats(ramp(4)...)), 8}})
	require.ErrorIs(t, Write(io.Discard, []safetensors.Tensor{broken}), errBroken)
	require.ErrorContains(t, Write(io.Discard, []safetensors.Tensor{broken}), `tensor "a"`)
}

func TestWriteFileIsAtomic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pt")
	require.NoError(t, WriteFile(path, []safetensors.Tensor{safetensors.Float32("a", []int{1}, ramp(1))}))
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	require.ErrorContains(t, WriteFile(path, []safetensors.Tensor{safetensors.Float32("a", []int{2}, ramp(1))}), path)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// zeros are any number of zero bytes.
type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

// A sparse file keeps the blocks that are not zero.
type sparse struct {
	blocks map[int64][]byte
	size   int64
}

const blockSize = 4096

func (s *sparse) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		i, within := s.size/blockSize, s.size%blockSize
		n := int(min(int64(len(p)-done), blockSize-within))
		if part := p[done : done+n]; len(bytes.Trim(part, "\x00")) > 0 {
			if s.blocks[i] == nil {
				s.blocks[i] = make([]byte, blockSize)
			}
			copy(s.blocks[i][within:], part)
		}
		done += n
		s.size += int64(n)
	}
	return done, nil
}

func (s *sparse) ReadAt(p []byte, off int64) (int, error) {
	for done := 0; done < len(p); {
		i, within := off/blockSize, off%blockSize
		n := int(min(int64(len(p)-done), blockSize-within))
		clear(p[done : done+n])
		if b := s.blocks[i]; b != nil {
			copy(p[done:done+n], b[within:])
		}
		done += n
		off += int64(n)
	}
	return len(p), nil
}

// A large table is written, and the tensors beside it and one of its rows read, in
// little memory.
func TestLargeTablesNeedLittleMemory(t *testing.T) {
	const rows, columns = 100_000, 512
	info, err := tensor.NewInfo("table", tensor.F32, []int{rows, columns})
	require.NoError(t, err)
	s := &sparse{blocks: map[int64][]byte{}}
	tensors := []safetensors.Tensor{
		safetensors.Float32("first", []int{3}, ramp(3)), safetensors.Stored(tensor.Entry{Info: info, Data: zeros{}}), safetensors.Float32("last", []int{4}, ramp(4)),
	}
	used := allocated(func() { require.NoError(t, Write(s, tensors)) })
	require.Less(t, used, uint64(1<<20))
	require.Greater(t, s.size, int64(rows*columns*4))

	used = allocated(func() {
		f, err := NewFile(s, s.size, "large.pt")
		require.NoError(t, err)
		row := []float32{1: 1, columns - 1: 1}
		require.NoError(t, f.ReadFloat32Rows("table", rows-1, rows, row))
		require.Equal(t, make([]float32, columns), row)
		one, err := f.SelectRows("table", []int{7})
		require.NoError(t, err)
		require.NoError(t, one.ReadFloat32("table", row))
		require.Equal(t, ramp(3), values(t, f, "first"))
		require.Equal(t, ramp(4), values(t, f, "last"))
	})
	require.Less(t, used, uint64(1<<20))
}
