package textfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/sniff"
)

// magic begins a gzip member.
const magic = "\x1f\x8b"

// gunzip decompresses one gzip member after the other. Unlike a [gzip.Reader] it
// takes, as gzip itself does, zero bytes behind a member, which tapes and some
// downloads leave there.
type gunzip struct {
	in *bufio.Reader
	z  *gzip.Reader
}

func newGunzip(in *bufio.Reader) (*gunzip, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gunzip{in, z}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		if n > 0 {
			return n, nil // the end is reported again
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
}

// next goes to the next member; it returns io.EOF if there is none.
func (g *gunzip) next() error {
	for {
		c, err := g.in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			break
		}
	}
	if err := g.in.UnreadByte(); err != nil {
		return err
	}
	if head, _ := g.in.Peek(sniff.Length); !bytes.HasPrefix(head, []byte(magic)) {
		return fmt.Errorf("after the compressed data comes %s", sniff.Describe(head))
	}
	err := g.z.Reset(g.in)
	g.z.Multistream(false)
	return err
}
