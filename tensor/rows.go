package tensor

import (
	"fmt"
	"io"
	"slices"

	"github.com/rereadml/reread/internal/readat"
)

// SelectRows returns the set with some rows alone of the named tensor, in the order
// given; a row may come more than once. A row is what one index of the first dimension
// selects. Nothing else of the tensor is ever read, so that a model can be read with a
// few rows of a large puzzle embedding. The set keeps the list of rows.
func (s *Set) SelectRows(name string, rows []int) (*Set, error) {
	e, err := s.find(name)
	if err != nil {
		return nil, err
	}
	part, err := e.rows(rows)
	if err != nil {
		return nil, s.fail(name, err)
	}
	return s.With(part)
}

func (e *Entry) rows(rows []int) (Entry, error) {
	elements, err := e.rowElements()
	if err != nil {
		return Entry{}, err
	}
	for _, row := range rows {
		if row < 0 || row >= e.Shape[0] {
			return Entry{}, fmt.Errorf("row %d is outside of shape %v", row, e.Shape)
		}
	}
	bits := int64(e.DType.Bits()) * int64(elements)
	if bits%8 != 0 {
		return Entry{}, fmt.Errorf("rows of %s do not end on a whole byte", e.DType)
	}
	shape := slices.Clone(e.Shape)
	shape[0] = len(rows)
	info, err := NewInfo(e.Name, e.DType, shape)
	return Entry{info, &rowReader{e.Data, rows, bits / 8}}, err
}

// rowReader reads some rows as if they lay one behind the other.
type rowReader struct {
	data io.ReaderAt
	rows []int
	size int64 // bytes of a row
}

// ReadAt reads up to the end of the last row; what asks for more is an error.
func (r *rowReader) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		if r.size == 0 || off >= r.size*int64(len(r.rows)) {
			return done, io.EOF
		}
		first, within := int(off/r.size), off%r.size
		// Rows that lie one behind the other are read at once.
		end := int64(1)
		for end*r.size-within < int64(len(p)-done) && first+int(end) < len(r.rows) && r.rows[first+int(end)] == r.rows[first]+int(end) {
			end++
		}
		n := int(min(int64(len(p)-done), end*r.size-within))
		if err := readat.Full(r.data, p[done:done+n], int64(r.rows[first])*r.size+within); err != nil {
			return done, err
		}
		done += n
		off += int64(n)
	}
	return done, nil
}
