package sudoku

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxLine bounds a line, so that a file without line ends is turned down instead of
// read into memory.
const maxLine = 4096

// lineReader reads lines; line is the number of the one read last.
type lineReader struct {
	in   *bufio.Reader
	line int
}

// next returns the next line that is not empty, without its end; it is valid
// until the next call.
func (l *lineReader) next() ([]byte, error) {
	for {
		line, err := l.in.ReadSlice('\n')
		if len(line) > 0 || err == nil {
			l.line++
		}
		if err == bufio.ErrBufferFull || len(line) > maxLine {
			return nil, fmt.Errorf("line of over %d bytes", maxLine)
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
