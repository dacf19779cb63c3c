package textfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// MaxLine bounds a line in bytes, so that a file without line ends is turned down
// instead of read into memory.
const MaxLine = 4096

// Lines reads the lines of what [NewReader] returned.
type Lines struct {
	in     *bufio.Reader
	number int
}

// NewLines returns a reader of the lines of in.
func NewLines(in *bufio.Reader) *Lines { return &Lines{in: in} }

// Number returns the number of the line read last, counted from 1.
func (l *Lines) Number() int { return l.number }

// Next returns the next line that is not empty, without its end; it is valid
// until the next call. Behind the last one it returns io.EOF.
func (l *Lines) Next() ([]byte, error) {
	for {
		line, err := l.in.ReadSlice('\n')
		if len(line) > 0 || err == nil {
			l.number++
		}
		if err == bufio.ErrBufferFull || len(line) > MaxLine {
			return nil, fmt.Errorf("line of over %d bytes", MaxLine)
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) > 0 {
			return line, nil
		}
		if err == io.EOF {
			return nil, io.EOF
		}
	}
}
