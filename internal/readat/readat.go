// Package readat reads from positions of files.
package readat

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Open opens a regular file and tells its size. Directories and pipes have none that
// could be trusted.
func Open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

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
