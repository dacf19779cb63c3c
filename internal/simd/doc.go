// Package simd holds the numerical kernels of the engine: the packed matrix
// product of float32 numbers, bfloat16 numbers or 8-bit integers, alone or ended by
// the gate of a SwiGLU, and the row, column and element-wise vector kernels that the
// models need.
//
// Every kernel exists in portable Go; on amd64 and arm64 the hot ones also
// exist in assembly, chosen by one ordered [Level]. Slices of wrong length are
// programming errors and panic; user input never reaches this package
// unchecked. Functions are safe for concurrent use as long as their
// destinations and [Scratch] values are not shared.
package simd

//go:generate go -C _asm run ./gemm -out ../gemm_amd64.s
//go:generate go -C _asm run ./vec -out ../vec_amd64.s
//go:generate go -C _asm run ./neon -out ../vec_arm64.s
