package terminal

import (
	"io"
	"os"
)

// Columns returns the width of the terminal that w is, or 0 if it is none.
func Columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	return Width(f)
}

// Obeys reports whether w is a terminal that does what escape sequences say.
func Obeys(w io.Writer) bool { return os.Getenv("TERM") != "dumb" && Columns(w) > 0 }

// Colours reports whether to colour what is written to w: not where NO_COLOR is set
// (https://no-color.org).
func Colours(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && Obeys(w) }
