package safetensors

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/tensor"
)

// A File gives access to the tensors of a safetensors file, in the order of their
// data; tensors of no size that share a position are ordered by name. It holds the
// header; data is read on demand. A File may be used by several goroutines at
// once, except that Close must come last.
type File struct {
	*tensor.Set
	closer io.Closer
}

// Open opens the file at path and reads its header. The caller closes it.
func Open(path string) (*File, error) {
	file, size, err := readat.Open(path)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	f, err := NewFile(file, size, path)
	if err != nil {
		file.Close()
		return nil, err
	}
	f.closer = file
	return f, nil
}

// NewFile reads the header of the safetensors file that the first size bytes of
// r hold. The name is used in errors only. Closing r is left to the caller.
func NewFile(r io.ReaderAt, size int64, name string) (*File, error) {
	raw, err := readHeader(r, size)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %s: %w", name, err)
	}
	base := prefixSize + int64(len(raw))
	metadata, entries, err := parseHeader(raw, size-base)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %s: %w", name, err)
	}
	tensors := make([]tensor.Entry, len(entries))
	for i, e := range entries {
		tensors[i] = tensor.Entry{Info: e.Info, Data: io.NewSectionReader(r, base+e.begin, e.Bytes)}
	}
	return &File{Set: tensor.NewSet("safetensors: "+name, metadata, tensors)}, nil
}

// Close closes the file if it was opened by [Open].
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}
