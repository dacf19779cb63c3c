package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Write writes an array in version 1 of the format. cols is 0 for a one-dimensional
// array of len(values), else the row length of a two-dimensional one. It returns an
// error if a value does not fit the type, the length is no multiple of cols, or
// writing fails.
func Write(w io.Writer, t Type, cols int, values []int32) error {
	return WriteParts(w, t, cols, len(values), func(yield func([]int32) bool) { yield(values) })
}

// WriteParts is [Write] of an array of n values that come in parts, which are used
// only until the next one is asked for. Another number of values is an error.
func WriteParts(w io.Writer, t Type, cols, n int, parts iter.Seq[[]int32]) error {
	header, err := makeHeader(t, cols, n)
	if err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	e := encoder{w: w, t: t, left: n, buf: append(make([]byte, 0, chunk), header...)}
	for part := range parts {
		if err := e.add(part); err != nil {
			return fmt.Errorf("npy: write: %w", err)
		}
	}
	if e.left != 0 {
		return fmt.Errorf("npy: write: %d values, want %d", n-e.left, n)
	}
	if err := e.flush(); err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	return nil
}

// encoder writes values.
type encoder struct {
	w     io.Writer
	t     Type
	left  int // values to come
	index int // of the next
	buf   []byte
}

func (e *encoder) add(values []int32) error {
	if e.left -= len(values); e.left < 0 {
		return fmt.Errorf("more than %d values", e.index+len(values)+e.left)
	}
	for part := range slices.Chunk(values, chunk/8) {
		if len(e.buf) > chunk-8*len(part) {
			if err := e.flush(); err != nil {
				return err
			}
		}
		var bad int
		if e.buf, bad = e.t.encode(e.buf, part); bad >= 0 {
			return fmt.Errorf("value %d at index %d does not fit %s", part[bad], e.index+bad, e.t)
		}
		e.index += len(part)
	}
	return nil
}

func (e *encoder) flush() error {
	_, err := e.w.Write(e.buf)
	e.buf = e.buf[:0]
	return err
}

func makeHeader(t Type, cols, n int) ([]byte, error) {
	shape := fmt.Sprintf("(%d,)", n)
	if cols < 0 || cols > 0 && n%cols != 0 {
		return nil, errors.New("length is not a multiple of the row length")
	}
	if cols > 0 {
		shape = fmt.Sprintf("(%d, %d)", n/cols, cols)
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", t, shape)
	// NumPy aligns the values to 64 bytes.
	const prefix = len(magic) + 4
	total := (prefix + len(dict) + 1 + 63) / 64 * 64
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(total-prefix))
	b = append(b, dict...)
	for len(b) < total-1 {
		b = append(b, ' ')
	}
	return append(b, '\n'), nil
}
