// Package npy reads and writes arrays of integers in NumPy's .npy format.
package npy

import (
	"fmt"
	"io"
	"sync"

	"github.com/rereadml/reread/internal/readat"
)

// chunk is the most bytes that are read at a time.
const chunk = 32 << 10

// Array is a one- or two-dimensional array of integers in NumPy's .npy format,
// versions 1 to 3, C order, of any [Type]. The values stay in the file and are read
// by ranges of rows. It is safe for concurrent use.
type Array struct {
	r      io.ReaderAt
	closer io.Closer
	name   string
	offset int64 // of the first value
	rows   int
	cols   int
	dims   int
	dtype  Type
}

// Open opens an array file. Close it after use.
func Open(path string) (*Array, error) {
	file, size, err := readat.Open(path)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	a, err := New(file, size, path)
	if err != nil {
		file.Close()
		return nil, err
	}
	a.closer = file
	return a, nil
}

// New reads the header of an array of size bytes in r; name stands for it in
// errors. The header is checked against size before anything depends on it: the
// values must fill the rest of the file exactly.
func New(r io.ReaderAt, size int64, name string) (*Array, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	a := &Array{r: r, name: name, offset: h.offset, dtype: h.dtype, dims: len(h.shape), rows: h.shape[0], cols: 1}
	if a.dims == 2 {
		a.cols = h.shape[1]
	}
	return a, nil
}

// Close closes the file that [Open] opened.
func (a *Array) Close() error {
	if a.closer == nil {
		return nil
	}
	if err := a.closer.Close(); err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}

// Dims returns the number of dimensions, 1 or 2.
func (a *Array) Dims() int { return a.dims }

// Rows returns the size of the first dimension.
func (a *Array) Rows() int { return a.rows }

// Cols returns the size of the second dimension, 1 if there is none.
func (a *Array) Cols() int { return a.cols }

// Type returns the element type.
func (a *Array) Type() Type { return a.dtype }

// Name returns the path of the file, or what stands for it in errors.
func (a *Array) Name() string { return a.name }

// ReadRows reads rows from to to-1 into dst, which must have (to-from)*Cols
// elements. It returns an error for a range outside of the array, a length that
// does not fit, a value outside of int32, or if reading fails.
func (a *Array) ReadRows(dst []int32, from, to int) error {
	if from < 0 || to < from || to > a.rows {
		return fmt.Errorf("npy: %s: rows %d to %d of %d", a.name, from, to, a.rows)
	}
	// Shapes are bounded by the file size, so this does not overflow.
	if want := (to - from) * a.cols; len(dst) != want {
		return fmt.Errorf("npy: %s: destination has %d elements, want %d", a.name, len(dst), want)
	}
	buf := buffers.Get().(*[chunk]byte)
	defer buffers.Put(buf)
	item := int(a.dtype.size)
	first := int64(from) * int64(a.cols)
	for len(dst) > 0 {
		n := min(len(dst), chunk/item)
		raw := buf[:n*item]
		if err := readat.Full(a.r, raw, a.offset+first*int64(item)); err != nil {
			return fmt.Errorf("npy: %s: %w", a.name, err)
		}
		if bad := a.dtype.decode(dst[:n], raw); bad >= 0 {
			at := first + int64(bad)
			return fmt.Errorf("npy: %s: value at row %d, column %d does not fit 32 signed bits", a.name, at/int64(a.cols), at%int64(a.cols))
		}
		dst = dst[n:]
		first += int64(n)
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([chunk]byte) }}

// ReadAll returns all values. The header has been checked against the file size,
// so the memory is at most four times that.
func (a *Array) ReadAll() ([]int32, error) {
	v := make([]int32, a.rows*a.cols)
	return v, a.ReadRows(v, 0, a.rows)
}
