package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
)

// npyChunk is the most bytes that are read at a time.
const npyChunk = 32 << 10

// NPY is a one- or two-dimensional array of integers in NumPy's .npy format,
// versions 1 to 3, C order, of type |b1, |i1, |u1, <i4 or <i8. The values stay in
// the file and are read by ranges of rows. It is safe for concurrent use.
type NPY struct {
	r      io.ReaderAt
	closer io.Closer
	name   string
	offset int64 // of the first value
	rows   int
	cols   int
	dims   int
	dtype  npyType
}

// OpenNPY opens an array file. Close it after use.
func OpenNPY(path string) (*NPY, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	a, err := openNPYFile(f, path)
	if err != nil {
		f.Close()
		return nil, err
	}
	a.closer = f
	return a, nil
}

func openNPYFile(f *os.File, path string) (*NPY, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("data: %s is not a regular file", path)
	}
	return NewNPY(f, info.Size(), path)
}

// NewNPY reads the header of an array of size bytes in r; name stands for it in
// errors. The header is checked against size before anything depends on it: the
// values must fill the rest of the file exactly.
func NewNPY(r io.ReaderAt, size int64, name string) (*NPY, error) {
	h, err := readNPYHeader(r, size)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", name, err)
	}
	a := &NPY{r: r, name: name, offset: h.offset, dtype: h.dtype, dims: len(h.shape), rows: h.shape[0], cols: 1}
	if a.dims == 2 {
		a.cols = h.shape[1]
	}
	return a, nil
}

// Close closes the file that [OpenNPY] opened.
func (a *NPY) Close() error {
	if a.closer == nil {
		return nil
	}
	if err := a.closer.Close(); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	return nil
}

// Dims returns the number of dimensions, 1 or 2.
func (a *NPY) Dims() int { return a.dims }

// Rows returns the size of the first dimension.
func (a *NPY) Rows() int { return a.rows }

// Cols returns the size of the second dimension, 1 if there is none.
func (a *NPY) Cols() int { return a.cols }

// DType returns NumPy's name of the element type, such as "|u1".
func (a *NPY) DType() string { return a.dtype.String() }

// ReadRows reads rows from to to-1 into dst, which must have (to-from)*Cols
// elements. It returns an error for a range outside of the array, a length that
// does not fit, a value outside of int32, or if reading fails.
func (a *NPY) ReadRows(dst []int32, from, to int) error {
	if from < 0 || to < from || to > a.rows {
		return fmt.Errorf("data: %s: rows %d to %d of %d", a.name, from, to, a.rows)
	}
	// Shapes are bounded by the file size, so this does not overflow.
	if want := (to - from) * a.cols; len(dst) != want {
		return fmt.Errorf("data: %s: destination has %d elements, want %d", a.name, len(dst), want)
	}
	buf := npyBuffers.Get().(*[npyChunk]byte)
	defer npyBuffers.Put(buf)
	item := a.dtype.size()
	first := int64(from) * int64(a.cols)
	for len(dst) > 0 {
		n := min(len(dst), npyChunk/item)
		raw := buf[:n*item]
		if err := readFullAt(a.r, raw, a.offset+first*int64(item)); err != nil {
			return fmt.Errorf("data: %s: %w", a.name, err)
		}
		if bad := a.dtype.decode(dst[:n], raw); bad >= 0 {
			at := first + int64(bad)
			return fmt.Errorf("data: %s: value at row %d, column %d does not fit 32 bits", a.name, at/int64(a.cols), at%int64(a.cols))
		}
		dst = dst[n:]
		first += int64(n)
	}
	return nil
}

var npyBuffers = sync.Pool{New: func() any { return new([npyChunk]byte) }}

func readFullAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// readAll returns all values; the header has been checked against the file size,
// so the memory is at most four times that.
func (a *NPY) readAll() ([]int32, error) {
	v := make([]int32, a.rows*a.cols)
	return v, a.ReadRows(v, 0, a.rows)
}

// npyType is an element type.
type npyType uint8

const (
	npyB1 npyType = iota
	npyI1
	npyU1
	npyI4
	npyI8
	npyTypes
)

func (t npyType) String() string {
	return [npyTypes]string{"|b1", "|i1", "|u1", "<i4", "<i8"}[t]
}

func (t npyType) size() int {
	return [npyTypes]int{1, 1, 1, 4, 8}[t]
}

func parseNPYType(s string) (npyType, error) {
	for t := range npyTypes {
		if s == t.String() {
			return t, nil
		}
	}
	return 0, fmt.Errorf("element type %q is not supported, want |b1, |i1, |u1, <i4 or <i8", clip([]byte(s)))
}

// decode turns raw bytes into values and returns the index of the first value
// that does not fit, or -1.
func (t npyType) decode(dst []int32, raw []byte) int {
	switch t {
	case npyB1, npyU1:
		for i := range dst {
			dst[i] = int32(raw[i])
		}
	case npyI1:
		for i := range dst {
			dst[i] = int32(int8(raw[i]))
		}
	case npyI4:
		for i := range dst {
			dst[i] = int32(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	case npyI8:
		for i := range dst {
			v := int64(binary.LittleEndian.Uint64(raw[8*i:]))
			if v < math.MinInt32 || v > math.MaxInt32 {
				return i
			}
			dst[i] = int32(v)
		}
	}
	return -1
}

// encode appends the bytes of v, which must fit.
func (t npyType) encode(b []byte, v int32) []byte {
	switch t {
	case npyI4:
		return binary.LittleEndian.AppendUint32(b, uint32(v))
	case npyI8:
		return binary.LittleEndian.AppendUint64(b, uint64(int64(v)))
	default:
		return append(b, byte(v))
	}
}

// fits reports whether v is a value of the type.
func (t npyType) fits(v int32) bool {
	switch t {
	case npyB1:
		return v == 0 || v == 1
	case npyI1:
		return v == int32(int8(v))
	case npyU1:
		return v == int32(uint8(v))
	default:
		return true
	}
}

// WriteNPY writes an array in version 1 of the format. dtype is one of the types
// that [NPY] reads; cols is 0 for a one-dimensional array of len(values), else the
// row length of a two-dimensional one. It returns an error if the type is unknown,
// a value does not fit it, the length is no multiple of cols, or writing fails.
func WriteNPY(w io.Writer, dtype string, cols int, values []int32) error {
	t, err := parseNPYType(dtype)
	if err != nil {
		return fmt.Errorf("data: write array: %w", err)
	}
	header, err := makeNPYHeader(t, cols, len(values))
	if err != nil {
		return fmt.Errorf("data: write array: %w", err)
	}
	buf := append(make([]byte, 0, npyChunk), header...)
	for i, v := range values {
		if !t.fits(v) {
			return fmt.Errorf("data: write array: value %d at index %d does not fit %s", v, i, t)
		}
		if buf = t.encode(buf, v); len(buf) > npyChunk-8 {
			if _, err := w.Write(buf); err != nil {
				return fmt.Errorf("data: write array: %w", err)
			}
			buf = buf[:0]
		}
	}
	if _, err := w.Write(buf); err != nil {
		return fmt.Errorf("data: write array: %w", err)
	}
	return nil
}

func makeNPYHeader(t npyType, cols, n int) ([]byte, error) {
	shape := fmt.Sprintf("(%d,)", n)
	if cols < 0 || cols > 0 && n%cols != 0 {
		return nil, errors.New("length is not a multiple of the row length")
	}
	if cols > 0 {
		shape = fmt.Sprintf("(%d, %d)", n/cols, cols)
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", t, shape)
	// NumPy aligns the values to 64 bytes.
	const prefix = len(npyMagic) + 4
	total := (prefix + len(dict) + 1 + 63) / 64 * 64
	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(total-prefix))
	b = append(b, dict...)
	for len(b) < total-1 {
		b = append(b, ' ')
	}
	return append(b, '\n'), nil
}
