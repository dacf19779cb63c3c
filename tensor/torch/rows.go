package torch

import (
	"io"
	"slices"
	"strings"

	"github.com/rereadml/reread/internal/readat"
)

// rows returns the tensor's elements in row-major order, whatever its strides.
func (l *layout) rows(data io.ReaderAt) io.ReaderAt {
	if slices.Contains(l.shape, 0) {
		return strings.NewReader("")
	}
	width := int64(l.dtype.Bits() / 8)
	outer, run := len(l.shape), width
	for outer > 0 && (l.shape[outer-1] == 1 || int64(l.stride[outer-1])*width == run) {
		outer--
		run *= int64(l.shape[outer])
	}
	if outer == 0 {
		return io.NewSectionReader(data, l.offset*width, run)
	}
	return &gather{layout: l, data: data, outer: outer, run: run, width: width}
}

// A gather reads runs of bytes that are apart. The last dimensions make up a run;
// the outer ones say where it is.
type gather struct {
	*layout
	data       io.ReaderAt
	outer      int
	run, width int64 // bytes
}

// ReadAt reads up to the last run; what asks for more is an error.
func (g *gather) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		i, within := off/g.run, off%g.run
		at, ok := g.position(i)
		if !ok {
			return done, io.EOF
		}
		n := int(min(int64(len(p)-done), g.run-within))
		if err := readat.Full(g.data, p[done:done+n], at+within); err != nil {
			return done, err
		}
		done += n
		off += int64(n)
	}
	return done, nil
}

// position returns where run i begins, or false behind the last.
func (g *gather) position(i int64) (int64, bool) {
	at := g.offset
	for d := g.outer - 1; d >= 0; d-- {
		size := int64(g.shape[d])
		at += i % size * int64(g.stride[d])
		i /= size
	}
	return at * g.width, i == 0
}
