package textfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader converts UTF-16 to UTF-8. Halves of surrogate pairs without the other
// half become U+FFFD.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	rest  []byte // of the last character, not yet read
	err   error  // that ended the text
	store [utf8.UTFMax]byte
}

func newUTF16(in *bufio.Reader, big bool) *bufio.Reader {
	u := &utf16Reader{in: in, order: binary.LittleEndian}
	if big {
		u.order = binary.BigEndian
	}
	return bufio.NewReaderSize(u, bufferSize)
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(u.rest) == 0 && !u.next() {
			break
		}
		k := copy(p[n:], u.rest)
		u.rest = u.rest[k:]
		n += k
	}
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

// next converts one character; it returns false at the end or an error.
func (u *utf16Reader) next() bool {
	if u.err != nil {
		return false
	}
	r, ok := u.unit()
	if !ok {
		return false
	}
	if utf16.IsSurrogate(r) {
		// A half that has no other consumes nothing but itself.
		second, _ := u.in.Peek(2)
		pair := rune(utf8.RuneError)
		if len(second) == 2 {
			pair = utf16.DecodeRune(r, rune(u.order.Uint16(second)))
		}
		if pair != utf8.RuneError {
			_, u.err = u.in.Discard(2)
		}
		r = pair
	}
	u.rest = utf8.AppendRune(u.store[:0], r)
	return true
}

// unit reads 16 bits.
func (u *utf16Reader) unit() (rune, bool) {
	var b [2]byte
	if _, err := io.ReadFull(u.in, b[:]); err != nil {
		if err == io.ErrUnexpectedEOF {
			err = errors.New("UTF-16 text ends within a character")
		}
		u.err = err
		return 0, false
	}
	return rune(u.order.Uint16(b[:])), true
}
