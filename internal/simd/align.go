package simd

import "unsafe"

// cacheLine is the alignment, in bytes, of packed panels and scratch memory:
// aligned full-width loads never cross a cache line.
const cacheLine = 64

// Aligned returns n zeros whose first element starts a cache line.
func Aligned[T Element | int8 | uint8 | int32](n int) []T {
	size := int(unsafe.Sizeof(*new(T)))
	buf := make([]T, n+cacheLine/size)
	off := 0
	if r := int(uintptr(unsafe.Pointer(unsafe.SliceData(buf))) % cacheLine); r != 0 {
		off = (cacheLine - r) / size
	}
	return buf[off : off+n : off+n]
}

// Floats returns n zeros aligned for the kernels.
func Floats(n int) []float32 { return Aligned[float32](n) }
