package safetensors

import (
	"fmt"
	"sync"
)

// chunkSize bounds the memory of a conversion. A chunk stays in the
// second-level cache between the system call and the conversion.
const chunkSize = 64 << 10

var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// A decoder converts len(dst) stored elements. Its source has the right length.
type decoder[T any] func(dst []T, src []byte)

// ReadFloat32 reads the whole named tensor into dst, which must have exactly
// its number of elements. It accepts F32, F64, F16 and BF16; values that
// float32 cannot hold are rounded to the nearest, ties to even. The bits of
// every F32 value are kept, those of a NaN too.
func (f *File) ReadFloat32(name string, dst []float32) error {
	return readTensor(f, name, dst, float32Decoders)
}

// ReadFloat64 reads the whole named tensor into dst, which must have exactly
// its number of elements. It accepts F64, F32, F16 and BF16.
func (f *File) ReadFloat64(name string, dst []float64) error {
	return readTensor(f, name, dst, float64Decoders)
}

// ReadInt64 reads the whole named tensor into dst, which must have exactly its
// number of elements. It accepts I64, I32, I16, I8, U32, U16, U8 and BOOL,
// whose values become 0 and 1.
func (f *File) ReadInt64(name string, dst []int64) error {
	return readTensor(f, name, dst, int64Decoders)
}

// ReadFloat32Rows reads rows lo to hi-1 of the named tensor into dst, and
// nothing else of it. A row is what one index of the first dimension selects;
// dst must have exactly hi-lo rows. Types convert as in [File.ReadFloat32].
func (f *File) ReadFloat32Rows(name string, lo, hi int, dst []float32) error {
	e, err := f.find(name)
	if err != nil {
		return err
	}
	row, err := e.row(lo, hi)
	if err != nil {
		return f.fail(name, err)
	}
	return f.fail(name, readElements(f, e, lo*row, (hi-lo)*row, dst, float32Decoders))
}

// ReadBytes reads the data of the named tensor as it is stored, whatever its
// dtype. The length of dst must be the Bytes of the tensor's [Info].
func (f *File) ReadBytes(name string, dst []byte) error {
	e, err := f.find(name)
	if err != nil {
		return err
	}
	if int64(len(dst)) != e.Bytes {
		return f.fail(name, fmt.Errorf("destination has %d bytes, want %d", len(dst), e.Bytes))
	}
	if len(dst) == 0 {
		return nil
	}
	return f.fail(name, readAt(f.r, dst, f.base+e.begin))
}

// row checks a range of rows and returns the number of elements in one. It
// divides rather than multiplies: in a shape with a zero in front the other
// dimensions are free to overflow.
func (e *entry) row(lo, hi int) (int, error) {
	if len(e.Shape) == 0 {
		return 0, fmt.Errorf("a scalar has no rows")
	}
	rows := e.Shape[0]
	if lo < 0 || hi < lo || hi > rows {
		return 0, fmt.Errorf("rows %d to %d are outside of shape %v", lo, hi, e.Shape)
	}
	if rows == 0 {
		return 0, nil
	}
	return e.elements / rows, nil
}

func readTensor[T any](f *File, name string, dst []T, decoders map[DType]decoder[T]) error {
	e, err := f.find(name)
	if err != nil {
		return err
	}
	return f.fail(name, readElements(f, e, 0, e.elements, dst, decoders))
}

// readElements reads count elements from the given one on.
func readElements[T any](f *File, e *entry, first, count int, dst []T, decoders map[DType]decoder[T]) error {
	decode, ok := decoders[e.DType]
	if !ok {
		return fmt.Errorf("dtype %s does not convert to %T", e.DType, *new(T))
	}
	if len(dst) != count {
		return fmt.Errorf("destination has %d elements, want %d (shape %v of %s)", len(dst), count, e.Shape, e.DType)
	}
	width := e.DType.Bits() / 8
	off := f.base + e.begin + int64(first)*int64(width)
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	for len(dst) > 0 {
		n := min(len(dst), chunkSize/width)
		src := chunk[:n*width]
		if err := readAt(f.r, src, off); err != nil {
			return err
		}
		decode(dst[:n], src)
		dst = dst[n:]
		off += int64(len(src))
	}
	return nil
}
