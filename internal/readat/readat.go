// Package readat reads from positions of files.
package readat

import (
	"errors"
	"io"
)

// Full fills buf from position off on. An [io.ReaderAt] may report the end of the
// file together with the last bytes, and a file may have shrunk since it was
// opened: where it ends too early, the error is [io.ErrUnexpectedEOF].
func Full(r io.ReaderAt, buf []byte, off int64) error {
	n, err := r.ReadAt(buf, off)
	switch {
	case n == len(buf):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	default:
		return err
	}
}
