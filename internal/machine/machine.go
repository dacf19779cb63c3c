// Package machine says what machine the process runs on.
package machine

import "math"

// Memory returns the bytes of memory that this process may use, or 0 where that
// is not known. A process of 32 bits cannot use all that there may be.
func Memory() uint64 { return min(memory(), math.MaxInt) }

// CPU returns the model name of the processor, or "" where that is not known.
func CPU() string { return cpu() }
