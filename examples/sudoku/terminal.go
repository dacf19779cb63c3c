package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread/internal/terminal"
)

// terminalWidth returns the columns of the terminal that w is, or 0 if it is
// none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	return terminal.Width(f)
}

// isTerminal reports whether what is written to w is seen at once by a person.
func isTerminal(w io.Writer) bool { return terminalWidth(w) > 0 }

// isObedient reports whether w is a terminal that does what escape sequences
// say.
func isObedient(w io.Writer) bool { return os.Getenv("TERM") != "dumb" && isTerminal(w) }

// progress writes a line to stderr, over a progress line that is open there.
func (p *program) progress(format string, args ...any) {
	if isTerminal(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
	fmt.Fprintf(p.stderr, format, args...)
}
