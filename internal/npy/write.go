package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Write writes an array in version 1 of the format. cols is 0 for a one-dimensional
// array of len(values), else the row length of a two-dimensional one. It returns an
// error if a value does not fit the type, the length is no multiple of cols, or
// writing fails.
func Write(w io.Writer, t Type, cols int, values []int32) error {
	header, err := makeHeader(t, cols, len(values))
	if err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	buf := append(make([]byte, 0, chunk), header...)
	for i, v := range values {
		if !t.Fits(v) {
			return fmt.Errorf("npy: write: value %d at index %d does not fit %s", v, i, t)
		}
		if buf = t.encode(buf, v); len(buf) > chunk-8 {
			if _, err := w.Write(buf); err != nil {
				return fmt.Errorf("npy: write: %w", err)
			}
			buf = buf[:0]
		}
	}
	if _, err := w.Write(buf); err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	return nil
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
