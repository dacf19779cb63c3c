// Package terminal tells terminals from files and how wide they are, and sets pictures
// side by side on them.
package terminal

import "os"

// Screen is the width of a terminal that does not know its own, to which panels keep.
const Screen = 80

// Width returns the columns of the terminal that f is, or 0 if it is none.
func Width(f *os.File) int {
	n, ok := width(f)
	if ok && n == 0 {
		return Screen
	}
	return n
}
