package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/rereadml/reread/internal/readat"
	"github.com/rereadml/reread/internal/sniff"
)

const (
	magic = "\x93NUMPY"
	// maxHeader is well above what the supported types and shapes need.
	maxHeader = 16 << 10
)

// header is what the start of an array file says.
type header struct {
	dtype   Type
	fortran bool
	shape   []int
	offset  int64
}

func readHeader(r io.ReaderAt, size int64) (header, error) {
	text, offset, err := readDict(r, size)
	if err != nil {
		return header{}, err
	}
	h, err := parseDict(text)
	if err != nil {
		return header{}, fmt.Errorf("header: %w", err)
	}
	h.offset = offset
	return h, h.check(size)
}

// readDict returns the text of the header and the offset of the values.
func readDict(r io.ReaderAt, size int64) (string, int64, error) {
	head := make([]byte, min(size, sniff.Length))
	if err := readat.Full(r, head, 0); err != nil {
		return "", 0, err
	}
	if !bytes.HasPrefix(head, []byte(magic)) {
		return "", 0, fmt.Errorf("not a NumPy array but %s", sniff.Describe(head))
	}
	// The longest of the fixed parts.
	if size < 12 {
		return "", 0, fmt.Errorf("%d bytes are too few for an array file", size)
	}
	offset, n := int64(10), int64(binary.LittleEndian.Uint16(head[8:]))
	switch head[6] {
	case 1:
	case 2, 3:
		offset, n = 12, int64(binary.LittleEndian.Uint32(head[8:]))
	default:
		return "", 0, fmt.Errorf("format version %d.%d is not supported", head[6], head[7])
	}
	if n > maxHeader || n > size-offset {
		return "", 0, fmt.Errorf("header of %d bytes in a file of %d", n, size)
	}
	text := make([]byte, n)
	if err := readat.Full(r, text, offset); err != nil {
		return "", 0, err
	}
	return string(text), offset + n, nil
}

// check holds the shape against the file size.
func (h *header) check(size int64) error {
	if h.fortran {
		return errors.New("values are in Fortran order, want C order")
	}
	if len(h.shape) != 1 && len(h.shape) != 2 {
		return fmt.Errorf("%d dimensions, want 1 or 2", len(h.shape))
	}
	have := size - h.offset
	rows, cols := int64(h.shape[0]), int64(1)
	if len(h.shape) == 2 {
		cols = int64(h.shape[1])
	}
	if cols == 0 {
		return errors.New("rows of length 0")
	}
	item := int64(h.dtype.size)
	// Divided, not multiplied, because the product could overflow.
	if rows > have/item/cols || rows*cols*item != have {
		return fmt.Errorf("shape %v of %s does not fill the %d bytes after the header", h.shape, h.dtype, have)
	}
	return nil
}

// parseDict reads the Python dictionary of the header. NumPy writes just one
// layout of it; this takes any order of the three keys, either quote and free
// spacing, and nothing else.
func parseDict(text string) (header, error) {
	p := pyParser{rest: text}
	var h header
	var have [3]bool
	p.need("{")
	for !p.take("}") {
		key := p.str()
		p.need(":")
		i := 0
		switch key {
		case "descr":
			i = 0
			descr := p.str()
			if p.err == nil {
				h.dtype, p.err = ParseType(descr)
			}
		case "fortran_order":
			i = 1
			h.fortran = p.boolean()
		case "shape":
			i = 2
			h.shape = p.tuple()
		default:
			p.fail("key %.60q", key)
		}
		if p.err == nil && have[i] {
			p.fail("key %q twice", key)
		}
		have[i] = true
		if !p.take(",") {
			p.need("}")
			break
		}
		if p.err != nil {
			break
		}
	}
	if p.skip(); p.err == nil && p.rest != "" {
		p.fail("text %.60q after the dictionary", p.rest)
	}
	if p.err == nil && have != [3]bool{true, true, true} {
		p.fail("descr, fortran_order or shape is missing")
	}
	return h, p.err
}

// pyParser reads the few Python literals of a header. After an error everything
// fails and leaves the first error in err.
type pyParser struct {
	rest string
	err  error
}

func (p *pyParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *pyParser) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *pyParser) take(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok && p.err == nil {
		p.rest = rest
		return true
	}
	return false
}

func (p *pyParser) need(token string) {
	if !p.take(token) {
		p.fail("want %s at %.60q", token, p.rest)
	}
}

func (p *pyParser) str() string {
	quote := "'"
	if !p.take(quote) {
		quote = `"`
		p.need(quote)
	}
	s, rest, ok := strings.Cut(p.rest, quote)
	if !ok || strings.Contains(s, `\`) {
		p.fail("want a string at %.60q", p.rest)
		return ""
	}
	p.rest = rest
	return s
}

func (p *pyParser) boolean() bool {
	if p.take("True") {
		return true
	}
	p.need("False")
	return false
}

func (p *pyParser) tuple() []int {
	var v []int
	p.need("(")
	for !p.take(")") && p.err == nil {
		if len(v) == 2 {
			p.fail("more than 2 dimensions")
			break
		}
		v = append(v, p.integer())
		if p.take(",") {
			continue
		}
		if len(v) == 1 {
			// Without the comma, Python reads a number in parentheses.
			p.fail("shape is not a tuple")
		}
		p.need(")")
		break
	}
	return v
}

func (p *pyParser) integer() int {
	p.skip()
	n, v := 0, 0
	for n < len(p.rest) && '0' <= p.rest[n] && p.rest[n] <= '9' {
		d := int(p.rest[n] - '0')
		if v > (math.MaxInt-d)/10 {
			p.fail("dimension %.60q is too large", p.rest)
			return 0
		}
		v = 10*v + d
		n++
	}
	if n == 0 {
		p.fail("want a dimension at %.60q", p.rest)
	}
	p.rest = p.rest[n:]
	// Python 2 wrote long integers with a suffix.
	p.rest = strings.TrimPrefix(p.rest, "L")
	return v
}
