// Package terminal tells terminals from files and how wide they are, and sets pictures
// side by side on them.
package terminal

import (
	"io"
	"os"
)

// Screen is the width of a terminal that does not know its own, to which panels keep.
const Screen = 80

// Columns returns the width of the terminal that w is, or 0 if it is none.
func Columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	n, ok := width(f)
	if ok && n == 0 {
		return Screen
	}
	return n
}

// Obeys reports whether w is a terminal that does what escape sequences say.
func Obeys(w io.Writer) bool { return os.Getenv("TERM") != "dumb" && Columns(w) > 0 }

// Colours reports whether to colour what is written to w: not where NO_COLOR is set
// (https://no-color.org).
func Colours(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && Obeys(w) }
