package torch

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/internal/sniff"
	"github.com/rereadml/reread/tensor"
)

// A File gives access to the tensors of a state dict that torch.save wrote, in its
// order. If the saved dictionary has other dictionaries of tensors in it, the state
// dict is the one under "model", "model_state_dict" or "state_dict", or else the
// only one there is.
//
// It holds their descriptions; data is read on demand. A File has no metadata. It
// may be used by several goroutines at once, except that Close must come last.
type File struct {
	*tensor.Set
	closer io.Closer
}

// Open opens the file at path and reads what it says of its tensors. The caller
// closes it.
func Open(path string) (*File, error) {
	file, size, err := readat.Open(path)
	if err != nil {
		return nil, fmt.Errorf("torch: %w", err)
	}
	f, err := NewFile(file, size, path)
	if err != nil {
		file.Close()
		return nil, err
	}
	f.closer = file
	return f, nil
}

// NewFile reads what the file that the first size bytes of r hold says of its
// tensors. The name is used in errors only. Closing r is left to the caller.
func NewFile(r io.ReaderAt, size int64, name string) (*File, error) {
	entries, err := readEntries(r, size)
	if err != nil {
		return nil, fmt.Errorf("torch: %s: %w", name, err)
	}
	return &File{Set: tensor.NewSet("torch: "+name, nil, entries)}, nil
}

// Close closes the file if it was opened by [Open].
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

func readEntries(r io.ReaderAt, size int64) ([]tensor.Entry, error) {
	if err := checkKind(r, size); err != nil {
		return nil, err
	}
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	if err := a.checkByteOrder(); err != nil {
		return nil, err
	}
	text, err := a.read(pickleName, maxPickle)
	if err != nil {
		return nil, err
	}
	v, err := unpickle(text)
	if err != nil {
		return nil, invalid("%v", err)
	}
	d, err := stateDict(v)
	if err != nil {
		return nil, invalid("%v", err)
	}
	return a.tensors(d)
}

// checkKind reports a file that is no zip archive: what it looks like, and what to
// do about those of Python.
func checkKind(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, sniff.Length))
	if err := readat.Full(r, head, 0); err != nil {
		return err
	}
	switch kind, what := sniff.Look(head); {
	case kind == sniff.Pickled:
		return invalid("it is %s: load it in Python and save it anew by torch.save", what)
	case kind == sniff.Torch, kind == sniff.Packed && bytes.HasPrefix(head, []byte("PK")):
		return nil
	default:
		return invalid("it is %s", what)
	}
}
