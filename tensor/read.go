package tensor

import (
	"fmt"
	"sync"

	"github.com/rereadml/reread/internal/readat"
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
func (s *Set) ReadFloat32(name string, dst []float32) error {
	return readTensor(s, name, dst, float32Decoders)
}

// ReadFloat64 reads the whole named tensor into dst, which must have exactly
// its number of elements. It accepts F64, F32, F16 and BF16.
func (s *Set) ReadFloat64(name string, dst []float64) error {
	return readTensor(s, name, dst, float64Decoders)
}

// ReadFloat64Range reads the elements of the named tensor from the given one on, as
// many as dst has room for, in row-major order. Types convert as in
// [Set.ReadFloat64].
func (s *Set) ReadFloat64Range(name string, first int, dst []float64) error {
	e, err := s.find(name)
	if err != nil {
		return err
	}
	if first < 0 || first > e.elements || len(dst) > e.elements-first {
		return s.fail(name, fmt.Errorf("elements %d to %d are outside of shape %v", first, first+len(dst), e.Shape))
	}
	return s.fail(name, readElements(e, first, len(dst), dst, float64Decoders))
}

// ReadInt64 reads the whole named tensor into dst, which must have exactly its
// number of elements. It accepts I64, I32, I16, I8, U32, U16, U8 and BOOL,
// whose values become 0 and 1.
func (s *Set) ReadInt64(name string, dst []int64) error {
	return readTensor(s, name, dst, int64Decoders)
}

// ReadFloat32Rows reads rows lo to hi-1 of the named tensor into dst, and
// nothing else of it. A row is what one index of the first dimension selects;
// dst must have exactly hi-lo rows. Types convert as in [Set.ReadFloat32].
func (s *Set) ReadFloat32Rows(name string, lo, hi int, dst []float32) error {
	e, err := s.find(name)
	if err != nil {
		return err
	}
	row, err := e.row(lo, hi)
	if err != nil {
		return s.fail(name, err)
	}
	return s.fail(name, readElements(e, lo*row, (hi-lo)*row, dst, float32Decoders))
}

// ReadBytes reads the data of the named tensor as it is stored, whatever its
// dtype. The length of dst must be the Bytes of the tensor's [Info].
func (s *Set) ReadBytes(name string, dst []byte) error {
	e, err := s.find(name)
	if err != nil {
		return err
	}
	if int64(len(dst)) != e.Bytes {
		return s.fail(name, fmt.Errorf("destination has %d bytes, want %d", len(dst), e.Bytes))
	}
	if len(dst) == 0 {
		return nil
	}
	return s.fail(name, readat.Full(e.Data, dst, 0))
}

func readTensor[T any](s *Set, name string, dst []T, decoders map[DType]decoder[T]) error {
	e, err := s.find(name)
	if err != nil {
		return err
	}
	return s.fail(name, readElements(e, 0, e.elements, dst, decoders))
}

// readElements reads count elements from the given one on.
func readElements[T any](e *Entry, first, count int, dst []T, decoders map[DType]decoder[T]) error {
	decode, ok := decoders[e.DType]
	if !ok {
		return fmt.Errorf("dtype %s does not convert to %T", e.DType, *new(T))
	}
	if len(dst) != count {
		return fmt.Errorf("destination has %d elements, want %d (shape %v of %s)", len(dst), count, e.Shape, e.DType)
	}
	width := e.DType.Bits() / 8
	off := int64(first) * int64(width)
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	for len(dst) > 0 {
		n := min(len(dst), chunkSize/width)
		src := chunk[:n*width]
		if err := readat.Full(e.Data, src, off); err != nil {
			return err
		}
		decode(dst[:n], src)
		dst = dst[n:]
		off += int64(len(src))
	}
	return nil
}
