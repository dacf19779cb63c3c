package safetensors

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/rereadml/reread/tensor"
)

// FuzzFile opens arbitrary bytes. What opens must be consistent, readable, and
// the same again after it was written and reopened.
func FuzzFile(f *testing.F) {
	f.Add(sample(f))
	f.Add(encoded(f, nil, Raw("a", tensor.F16, []int{2, 1}, []byte{1, 2, 3, 4}), Raw("b", tensor.F4, []int{2}, []byte{1})))
	f.Add(file(`{"__metadata__":{"a":"\u00e9"},"x":{"y":[],"dtype":"BOOL","shape":[0,3],"data_offsets":[0,0]}}`, 0))
	f.Add(file(`{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}`, 3))
	f.Add([]byte("PK\x03\x04 a zip archive, the length of the name lies here \xff\xff\xff"))
	f.Add([]byte("text with half a letter at its end \xc3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := NewFile(bytes.NewReader(b), int64(len(b)), "fuzz")
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		tensors := readAll(t, file, len(b))
		var out bytes.Buffer
		if err := Write(&out, file.Metadata(), tensors); err != nil {
			t.Fatalf("write back: %v", err)
		}
		again, err := NewFile(bytes.NewReader(out.Bytes()), int64(out.Len()), "again")
		if err != nil {
			t.Fatalf("reopen: %v", err)
		}
		for _, name := range file.Names() {
			compare(t, file, again, name)
		}
	})
}

// What converts to floating-point numbers and to integers.
var (
	floats   = []tensor.DType{tensor.F32, tensor.F64, tensor.F16, tensor.BF16}
	integers = []tensor.DType{tensor.I64, tensor.I32, tensor.I16, tensor.I8, tensor.U32, tensor.U16, tensor.U8, tensor.Bool}
)

// readAll reads every tensor by every method.
func readAll(t *testing.T, f *File, limit int) []Tensor {
	var tensors []Tensor
	for _, name := range f.Names() {
		info, ok := f.Info(name)
		if !ok || info.Bytes > int64(limit) {
			t.Fatalf("tensor %q: info %v, %v", name, info, ok)
		}
		raw := make([]byte, info.Bytes)
		if err := f.ReadBytes(name, raw); err != nil {
			t.Fatal(err)
		}
		tensors = append(tensors, Raw(name, info.DType, info.Shape, raw))

		n := info.Elements()
		isFloat := slices.Contains(floats, info.DType)
		isInt := slices.Contains(integers, info.DType)
		checkRead(t, name, f.ReadFloat32(name, make([]float32, n)), isFloat)
		checkRead(t, name, f.ReadFloat64(name, make([]float64, n)), isFloat)
		checkRead(t, name, f.ReadInt64(name, make([]int64, n)), isInt)
		if len(info.Shape) > 0 {
			rows := info.Shape[0]
			checkRead(t, name, f.ReadFloat32Rows(name, rows, rows, nil), isFloat)
			checkRead(t, name, f.ReadFloat32Rows(name, 0, rows, make([]float32, n)), isFloat)
		}
	}
	return tensors
}

func checkRead(t *testing.T, name string, err error, want bool) {
	if (err == nil) != want {
		t.Fatalf("tensor %q: error %v, readable %v", name, err, want)
	}
}

func compare(t *testing.T, a, b *File, name string) {
	x, _ := a.Info(name)
	y, ok := b.Info(name)
	if !ok || x.DType != y.DType || x.Bytes != y.Bytes || !slices.Equal(x.Shape, y.Shape) {
		t.Fatalf("tensor %q: %v became %v, %v", name, x, y, ok)
	}
}
