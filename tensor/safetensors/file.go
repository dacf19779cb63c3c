package safetensors

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
)

// A File gives access to the tensors of a safetensors file. It holds the
// header; data is read on demand. A File may be used by several goroutines at
// once, except that Close must come last.
type File struct {
	r        io.ReaderAt
	closer   io.Closer
	name     string
	metadata map[string]string
	// entries is sorted by position; base is where positions count from.
	entries []entry
	index   map[string]int
	base    int64
}

// Open opens the file at path and reads its header. The caller closes it.
func Open(path string) (*File, error) {
	osFile, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	f, err := openFile(osFile, path)
	if err != nil {
		osFile.Close()
		return nil, err
	}
	f.closer = osFile
	return f, nil
}

func openFile(osFile *os.File, path string) (*File, error) {
	info, err := osFile.Stat()
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	// Directories and pipes have no size that could be trusted.
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("safetensors: %s is not a regular file", path)
	}
	return NewFile(osFile, info.Size(), path)
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
	index := make(map[string]int, len(entries))
	for i := range entries {
		index[entries[i].Name] = i
	}
	return &File{r: r, name: name, metadata: metadata, entries: entries, index: index, base: base}, nil
}

// Close closes the file if it was opened by [Open].
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Names returns the names of all tensors in the order of their data, which is
// the best order to read them in. Tensors of no size that share a position are
// ordered by name.
func (f *File) Names() []string {
	names := make([]string, len(f.entries))
	for i := range f.entries {
		names[i] = f.entries[i].Name
	}
	return names
}

// Info describes the named tensor. It reports false for a name that the file
// does not have.
func (f *File) Info(name string) (Info, bool) {
	i, ok := f.index[name]
	if !ok {
		return Info{}, false
	}
	return f.entries[i].clone(), true
}

// Metadata returns a copy of the file's metadata, nil if it has none.
func (f *File) Metadata() map[string]string {
	return maps.Clone(f.metadata)
}

func (f *File) find(name string) (*entry, error) {
	i, ok := f.index[name]
	if !ok {
		return nil, f.fail(name, ErrNotFound)
	}
	return &f.entries[i], nil
}

// fail says which file and tensor an error is about.
func (f *File) fail(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("safetensors: %s: tensor %q: %w", f.name, name, err)
}

// readAt fills buf. An [io.ReaderAt] may report the end of the file together
// with the last bytes, and a file may have shrunk since it was opened.
func readAt(r io.ReaderAt, buf []byte, off int64) error {
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
