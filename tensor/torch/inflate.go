package torch

import (
	"archive/zip"
	"bytes"
	"io"
	"sync"
)

// inflated is a compressed file, which is read into memory when it is needed first.
type inflated struct {
	file *zip.File
	once sync.Once
	data *bytes.Reader
	err  error
}

// ReadAt reads from the file's content.
func (f *inflated) ReadAt(p []byte, off int64) (int, error) {
	f.once.Do(f.inflate)
	if f.err != nil {
		return 0, f.err
	}
	return f.data.ReadAt(p, off)
}

func (f *inflated) inflate() {
	r, err := f.file.Open()
	if err != nil {
		f.err = err
		return
	}
	defer r.Close()
	b := make([]byte, f.file.UncompressedSize64)
	if _, f.err = io.ReadFull(r, b); f.err == nil {
		f.data = bytes.NewReader(b)
	}
}
