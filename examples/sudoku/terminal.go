package main

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/terminal"
)

// isTerminal reports whether what is written to w is seen at once by a person.
func isTerminal(w io.Writer) bool { return terminal.Columns(w) > 0 }

// progress writes a line to stderr, over a progress line that is open there.
func (p *program) progress(format string, args ...any) {
	if terminal.Obeys(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
	fmt.Fprintf(p.stderr, format, args...)
}
