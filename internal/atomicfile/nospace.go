package atomicfile

import (
	"errors"
	"slices"
)

// NoSpace reports whether err says that a disk, or its user's share of it, is
// full. That can pass, other than most failures to write.
func NoSpace(err error) bool {
	return slices.ContainsFunc(noSpace, func(full error) bool { return errors.Is(err, full) })
}
