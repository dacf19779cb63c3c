package simd

import "unsafe"

// cacheLine is the alignment, in bytes, of packed panels and scratch memory:
// aligned full-width loads never cross a cache line.
const cacheLine = 64

// alignedFloats returns n zeros whose first element starts a cache line.
func alignedFloats(n int) []float32 {
	const pad = cacheLine / 4
	buf := make([]float32, n+pad)
	off := 0
	if r := uintptr(unsafe.Pointer(unsafe.SliceData(buf))) % cacheLine; r != 0 {
		off = int(cacheLine-r) / 4
	}
	return buf[off : off+n : off+n]
}

// Floats returns n zeros aligned for the kernels.
func Floats(n int) []float32 { return alignedFloats(n) }
