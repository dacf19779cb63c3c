package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/tensor"
)

const (
	// prefixSize is the length of the header length.
	prefixSize = 8
	// maxHeader is the reference implementation's limit.
	maxHeader = 100_000_000
	// metadataKey is the one key of the header that is not a tensor.
	metadataKey = "__metadata__"
)

// An entry is a tensor and its place in the data that follows the header.
type entry struct {
	tensor.Info
	begin, end int64
}

// readHeader returns the header's text. Only a length that the file can hold
// is allocated.
func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	if size < prefixSize {
		return nil, foreign(r, size, "%d bytes are too few for a header length", size)
	}
	var prefix [prefixSize]byte
	if err := readat.Full(r, prefix[:], 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	if n > maxHeader {
		return nil, foreign(r, size, "the header length %d is above the limit of %d", n, maxHeader)
	}
	if rest := size - prefixSize; int64(n) > rest {
		return nil, foreign(r, size, "it is cut off: the header length %d is more than the %d bytes that follow", n, rest)
	}
	raw := make([]byte, n)
	if err := readat.Full(r, raw, prefixSize); err != nil {
		return nil, err
	}
	if n == 0 || raw[0] != '{' {
		return nil, foreign(r, size, "the header does not begin with {")
	}
	return raw, nil
}

// parseHeader returns the metadata and the tensors in the order of their data.
func parseHeader(raw []byte, dataSize int64) (map[string]string, []entry, error) {
	p, err := newParser(raw)
	if err != nil {
		return nil, nil, invalid("%v", err)
	}
	var metadata map[string]string
	var entries []entry
	err = p.object("the header", func(key string) error {
		if key == metadataKey {
			var err error
			metadata, err = p.metadata()
			return err
		}
		e, err := p.entry(key)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", key, err)
		}
		entries = append(entries, e)
		return nil
	})
	if err == nil {
		err = checkLayout(entries, dataSize)
	}
	if err != nil {
		return nil, nil, invalid("%v", err)
	}
	return metadata, entries, nil
}

// metadata reads the map of strings; like the reference implementation it takes
// null for an absent one.
func (p *parser) metadata() (map[string]string, error) {
	if p.null() {
		return nil, p.skip()
	}
	m := make(map[string]string)
	err := p.object(metadataKey, func(key string) error {
		value, err := p.text(metadataKey)
		m[key] = value
		return err
	})
	return m, err
}

// null reports whether the value after the current key is null, without
// consuming it.
func (p *parser) null() bool {
	for _, c := range p.raw[p.dec.InputOffset():] {
		switch c {
		case ' ', '\t', '\r', '\n', ':':
		default:
			return c == 'n'
		}
	}
	return false
}

// entry reads the description of one tensor and checks it against itself.
// Unknown keys are ignored, as in the reference implementation.
func (p *parser) entry(name string) (entry, error) {
	var e entry
	var dtype string
	var shape []int
	found := 0
	err := p.object("its description", func(key string) (err error) {
		found++
		switch key {
		case "dtype":
			dtype, err = p.text("dtype")
		case "shape":
			shape, err = p.shape()
		case "data_offsets":
			e.begin, e.end, err = p.offsets()
		default:
			found--
			err = p.skip()
		}
		return err
	})
	if err != nil {
		return entry{}, err
	}
	if found != 3 {
		return entry{}, fmt.Errorf("its description lacks one of dtype, shape and data_offsets")
	}
	if e.Info, err = tensor.NewInfo(name, tensor.DType(dtype), shape); err != nil {
		return entry{}, err
	}
	return e, e.check()
}

// check compares the extent of the data with dtype and shape.
func (e *entry) check() error {
	if e.end < e.begin {
		return fmt.Errorf("data_offsets [%d %d] run backwards", e.begin, e.end)
	}
	if got := e.end - e.begin; got != e.Bytes {
		return fmt.Errorf("shape %v of %s takes %d bytes, data_offsets [%d %d] hold %d",
			e.Shape, e.DType, e.Bytes, e.begin, e.end, got)
	}
	return nil
}

// checkLayout sorts the tensors by position and makes sure that they cover the
// data exactly. Entries of no size may share a position.
func checkLayout(entries []entry, dataSize int64) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.Name, b.Name))
	})
	var at int64
	for i := range entries {
		e := &entries[i]
		switch {
		case e.begin > at:
			return fmt.Errorf("tensor %q: data_offsets [%d %d] leave a hole after byte %d", e.Name, e.begin, e.end, at)
		case e.begin < at:
			return fmt.Errorf("tensor %q: data_offsets [%d %d] overlap the tensor that ends at byte %d", e.Name, e.begin, e.end, at)
		}
		at = e.end
	}
	if at > dataSize {
		return fmt.Errorf("it is cut off: the tensors take %d bytes of data, %d are there", at, dataSize)
	}
	if at < dataSize {
		return fmt.Errorf("the tensors cover %d of %d bytes of data", at, dataSize)
	}
	return nil
}
