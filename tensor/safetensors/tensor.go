package safetensors

import (
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/tensor"
)

// A Tensor is a named tensor to be written. It refers to the data that it was
// made with, without a copy; the data must not change until it is written.
// Mistakes in the arguments of the constructors are reported by [Write].
type Tensor struct {
	name   string
	dtype  tensor.DType
	shape  []int
	values values
}

// values is the data of a tensor that can be encoded in pieces.
type values interface {
	size() int64
	// encode writes the stored form from byte offset at on and returns how
	// many bytes it wrote, as many whole elements as fit.
	encode(dst []byte, at int64) (int, error)
}

// Float32 makes a tensor that is stored as F32, bit by bit.
func Float32(name string, shape []int, data []float32) Tensor {
	return newTensor(name, tensor.F32, shape, typed[float32]{data, 4, encodeF32})
}

// BFloat16 makes a tensor that is stored as BF16. Each value is rounded to the
// nearest, ties to even; NaNs stay NaNs and become quiet.
func BFloat16(name string, shape []int, data []float32) Tensor {
	return newTensor(name, tensor.BF16, shape, typed[float32]{data, 2, encodeBF16})
}

// Float64 makes a tensor that is stored as F64.
func Float64(name string, shape []int, data []float64) Tensor {
	return newTensor(name, tensor.F64, shape, typed[float64]{data, 8, encodeF64})
}

// Int64 makes a tensor that is stored as I64.
func Int64(name string, shape []int, data []int64) Tensor {
	return newTensor(name, tensor.I64, shape, typed[int64]{data, 8, encodeI64})
}

// Int32 makes a tensor that is stored as I32.
func Int32(name string, shape []int, data []int32) Tensor {
	return newTensor(name, tensor.I32, shape, typed[int32]{data, 4, encodeI32})
}

// Uint8 makes a tensor that is stored as U8.
func Uint8(name string, shape []int, data []uint8) Tensor {
	return Raw(name, tensor.U8, shape, data)
}

// Raw makes a tensor of any dtype from its stored bytes, the counterpart of
// [tensor.Set.ReadBytes].
func Raw(name string, dtype tensor.DType, shape []int, data []byte) Tensor {
	return newTensor(name, dtype, shape, raw(data))
}

// Stored makes a tensor of one of another file, whose data is read when it is
// written.
func Stored(e tensor.Entry) Tensor {
	return newTensor(e.Name, e.DType, e.Shape, stored{e.Data, e.Bytes})
}

func newTensor(name string, dtype tensor.DType, shape []int, v values) Tensor {
	return Tensor{name: name, dtype: dtype, shape: slices.Clone(shape), values: v}
}

// Name returns the name that the tensor is written under.
func (t *Tensor) Name() string { return t.name }

// Info describes the tensor, or says what is wrong with the arguments it was made
// with.
func (t *Tensor) Info() (tensor.Info, error) {
	if t.values == nil {
		return tensor.Info{}, fmt.Errorf("tensor was not made by a constructor of this package")
	}
	info, err := tensor.NewInfo(t.name, t.dtype, t.shape)
	if err != nil {
		return tensor.Info{}, err
	}
	if got := t.values.size(); got != info.Bytes {
		return tensor.Info{}, fmt.Errorf("shape %v of %s takes %d bytes, the data has %d", t.shape, t.dtype, info.Bytes, got)
	}
	return info, nil
}

// WriteTo writes the data as files store it: row-major and little-endian, through a
// buffer of fixed size. What [Tensor.Info] finds wrong is an error.
func (t *Tensor) WriteTo(w io.Writer) (int64, error) {
	info, err := t.Info()
	if err != nil {
		return 0, err
	}
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	at := int64(0)
	for at < info.Bytes {
		n, err := t.values.encode(chunk[:], at)
		if err != nil {
			return at, err
		}
		n, err = w.Write(chunk[:n])
		at += int64(n)
		if err != nil {
			return at, err
		}
	}
	return at, nil
}

// check reports what is wrong with a single tensor.
func (t *Tensor) check() error {
	switch {
	case t.name == metadataKey:
		return fmt.Errorf("the name is reserved")
	case !utf8.ValidString(t.name):
		return fmt.Errorf("the name is not valid UTF-8")
	}
	_, err := t.Info()
	return err
}

// typed is a slice whose elements are stored width bytes wide.
type typed[T any] struct {
	data  []T
	width int
	enc   func(dst []byte, src []T)
}

func (t typed[T]) size() int64 { return int64(len(t.data)) * int64(t.width) }

func (t typed[T]) encode(dst []byte, at int64) (int, error) {
	rest := t.data[at/int64(t.width):]
	n := min(len(rest), len(dst)/t.width)
	t.enc(dst[:n*t.width], rest[:n])
	return n * t.width, nil
}

// raw is data that is in its stored form already.
type raw []byte

func (r raw) size() int64 { return int64(len(r)) }

func (r raw) encode(dst []byte, at int64) (int, error) { return copy(dst, r[at:]), nil }

// stored is data that another file holds.
type stored struct {
	data  io.ReaderAt
	bytes int64
}

func (s stored) size() int64 { return s.bytes }

func (s stored) encode(dst []byte, at int64) (int, error) {
	n := int(min(int64(len(dst)), s.bytes-at))
	return n, readat.Full(s.data, dst[:n], at)
}
