// Package terminal tells terminals from files and how wide they are.
package terminal

import "os"

// usual is the width of a terminal that does not know its own.
const usual = 80

// Width returns the columns of the terminal that f is, or 0 if it is none.
func Width(f *os.File) int {
	n, ok := width(f)
	if ok && n == 0 {
		return usual
	}
	return n
}
