//go:build !purego

package simd

import "golang.org/x/sys/cpu"

// detect takes the conjunction of every bit that the kernels of a level use,
// so that a partly disabled CPU never gets a kernel it cannot run.
func detect() []Level {
	x := &cpu.X86
	levels := []Level{Generic}
	if !(x.HasAVX && x.HasAVX2 && x.HasFMA) {
		return levels
	}
	levels = append(levels, AVX2)
	if !(x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL) {
		return levels
	}
	levels = append(levels, AVX512)
	if x.HasAVX512BF16 && x.HasAVX512VNNI {
		levels = append(levels, AVX512BF16)
	}
	return levels
}
