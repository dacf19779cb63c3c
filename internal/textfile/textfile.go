// Package textfile reads text files in the forms that reach a program: plain or
// compressed by gzip, in UTF-8 or, as shells on Windows write it, in UTF-16.
package textfile

import (
	"bufio"
	"bytes"
	"io"
)

// bufferSize is large enough that the system calls do not show in a profile.
const bufferSize = 64 << 10

// NewReader returns a reader of the text of r in UTF-8. Data that begin as gzip
// are decompressed; text with the byte order mark of UTF-16 is converted; a mark
// is taken off. The reader streams, and can peek at 64 KiB.
func NewReader(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, bufferSize)
	if head, _ := in.Peek(len(magic)); string(head) == magic {
		z, err := newGunzip(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(z, bufferSize)
	}
	// What cannot be peeked at is for the first read to report.
	head, _ := in.Peek(3)
	for _, m := range []struct {
		mark string
		wrap func(*bufio.Reader) *bufio.Reader
	}{
		{"\ufeff", func(in *bufio.Reader) *bufio.Reader { return in }},
		{"\xff\xfe", func(in *bufio.Reader) *bufio.Reader { return newUTF16(in, false) }},
		{"\xfe\xff", func(in *bufio.Reader) *bufio.Reader { return newUTF16(in, true) }},
	} {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			_, err := in.Discard(len(m.mark))
			return m.wrap(in), err
		}
	}
	return in, nil
}
