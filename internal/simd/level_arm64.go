//go:build !purego

package simd

// detect needs no feature bits: Advanced SIMD is part of every arm64 CPU that
// Go supports.
func detect() []Level { return []Level{Generic, NEON} }
