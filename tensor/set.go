package tensor

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// ErrNotFound is wrapped by the errors of the reading methods for a name that the
// set does not have.
var ErrNotFound = errors.New("no such tensor")

// An Entry is a tensor of a [Set].
type Entry struct {
	Info
	// Data is where the elements lie, row-major and little-endian, from position
	// 0 on.
	Data io.ReaderAt
}

// A Set is a [Source] of tensors whose data is read on demand. It may be used by
// several goroutines at once, as far as the readers behind it may.
type Set struct {
	name     string
	metadata map[string]string
	entries  []Entry
	index    map[string]int
}

// NewSet returns a set of tensors, which must have different names. Errors begin
// with the name of the set. Metadata may be nil.
func NewSet(name string, metadata map[string]string, entries []Entry) *Set {
	index := make(map[string]int, len(entries))
	for i := range entries {
		index[entries[i].Name] = i
	}
	return &Set{name: name, metadata: metadata, entries: entries, index: index}
}

// Names returns the names of all tensors in the order of the entries.
func (s *Set) Names() []string {
	names := make([]string, len(s.entries))
	for i := range s.entries {
		names[i] = s.entries[i].Name
	}
	return names
}

// Info describes the named tensor. It reports false for a name that the set does
// not have.
func (s *Set) Info(name string) (Info, bool) {
	e, ok := s.Entry(name)
	return e.Info, ok
}

// Entry returns the named tensor with its data as it is stored. It reports false
// for a name that the set does not have.
func (s *Set) Entry(name string) (Entry, bool) {
	i, ok := s.index[name]
	if !ok {
		return Entry{}, false
	}
	e := s.entries[i]
	e.Shape = slices.Clone(e.Shape)
	return e, true
}

// Metadata returns a copy of the metadata, nil if there is none.
func (s *Set) Metadata() map[string]string { return maps.Clone(s.metadata) }

// SelectRows returns the set with rows lo to hi-1 alone of the named tensor. A
// row is what one index of the first dimension selects. So a model is read with a
// few rows of a large puzzle embedding.
func (s *Set) SelectRows(name string, lo, hi int) (*Set, error) {
	e, err := s.find(name)
	if err != nil {
		return nil, err
	}
	row, err := e.row(lo, hi)
	if err != nil {
		return nil, s.fail(name, err)
	}
	shape := slices.Clone(e.Shape)
	shape[0] = hi - lo
	part, err := NewInfo(name, e.DType, shape)
	if err != nil {
		return nil, s.fail(name, err)
	}
	size := int64(e.DType.Bits()) * int64(row)
	if size%8 != 0 {
		return nil, s.fail(name, fmt.Errorf("rows of %s do not end on a whole byte", e.DType))
	}
	entries := slices.Clone(s.entries)
	entries[s.index[name]] = Entry{part, io.NewSectionReader(e.Data, int64(lo)*size/8, part.Bytes)}
	return NewSet(s.name, s.metadata, entries), nil
}

func (s *Set) find(name string) (*Entry, error) {
	i, ok := s.index[name]
	if !ok {
		return nil, s.fail(name, ErrNotFound)
	}
	return &s.entries[i], nil
}

// fail says which set and tensor an error is about.
func (s *Set) fail(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: tensor %q: %w", s.name, name, err)
}
