package reread

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rereadml/reread/internal/sniff"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/tensor/safetensors"
	"github.com/rereadml/reread/tensor/torch"
)

// File is an open file of weights: a safetensors file, or one that PyTorch wrote. It
// may be used by several goroutines at once, except that Close must come last.
type File struct {
	*tensor.Set
	path   string
	closer io.Closer
}

// Open opens a file of weights of either format, which its first bytes tell. The
// caller closes it.
func Open(path string) (*File, error) {
	zipped, err := isTorch(path)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	if zipped {
		f, err := torch.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reread: %w", err)
		}
		return &File{f.Set, path, f}, nil
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	return &File{f.Set, path, f}, nil
}

// isTorch reports whether a file is for package torch, which knows all that Python
// writes and zip archives, if only to say what is wrong with them.
func isTorch(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return false, err // for safetensors.Open to complain of
	}
	head := make([]byte, sniff.Length)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	switch kind, _ := sniff.Look(head[:n]); kind {
	case sniff.Torch, sniff.Pickled:
		return true, nil
	case sniff.Packed:
		return bytes.HasPrefix(head, []byte("PK")), nil
	}
	return false, nil
}

// Close closes the file.
func (f *File) Close() error { return f.closer.Close() }

// SelectPuzzles returns the file with other rows in its puzzle embedding: those of the
// identifiers ids, which become 0, 1 and so on in this order, and so many fresh ones
// with the mean of all rows; see [nn.SelectPuzzles]. [Read] makes a model of it with no
// more memory than those rows take. It is closed with the file that it is of.
func (f *File) SelectPuzzles(ids []int32, fresh int) (*File, error) {
	set, err := nn.SelectPuzzles(f.Set, ids, fresh)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	return &File{set, f.path, f.closer}, nil
}

// AllConfigName is what training code calls the file, beside its checkpoints, that
// holds the configuration of a run; see [Detect].
const AllConfigName = "all_config.yaml"

// maxAllConfig is far above the kilobyte that such a file has.
const maxAllConfig = 1 << 20

// Config returns the configuration of the model in the file: its own, if it was
// saved with one, or else what [Detect] makes of the weights and of the file
// [AllConfigName] in the same folder. An error wraps [ErrNoConfig] if they do not
// tell all.
func (f *File) Config() (Config, error) {
	if kind, _ := nn.FileModel(f); kind != "" {
		return configOf(f)
	}
	path := filepath.Join(filepath.Dir(f.path), AllConfigName)
	text, err := readAllConfig(path)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	cfg, err := Detect(f, text)
	if err != nil && text != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return cfg, err
}

// readAllConfig returns the text of a file, or nil if there is none.
func readAllConfig(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxAllConfig+1))
	if err == nil && len(text) > maxAllConfig {
		err = fmt.Errorf("%s has more than %d bytes", path, maxAllConfig)
	}
	return text, err
}
