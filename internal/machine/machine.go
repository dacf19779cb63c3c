// Package machine says what machine the process runs on.
package machine

// Memory returns the bytes of memory that processes may use, or 0 where that
// is not known.
func Memory() uint64 { return memory() }

// CPU returns the model name of the processor, or "" where that is not known.
func CPU() string { return cpu() }
