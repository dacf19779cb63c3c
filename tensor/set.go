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

// WithMetadata returns the set with other metadata.
func (s *Set) WithMetadata(metadata map[string]string) *Set {
	return &Set{s.name, metadata, s.entries, s.index}
}

// With returns the set with another tensor in the place of that of the same name.
func (s *Set) With(e Entry) (*Set, error) {
	i, ok := s.index[e.Name]
	if !ok {
		return nil, s.fail(e.Name, ErrNotFound)
	}
	entries := slices.Clone(s.entries)
	entries[i] = e
	return &Set{s.name, s.metadata, entries, s.index}, nil
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
