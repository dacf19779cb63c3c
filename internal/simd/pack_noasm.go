//go:build purego || !amd64

package simd

func packRuns(dst []float32, m Matrix[float32], w, panels int) { packRunsGeneric(dst, m, w, panels) }

func transpose8([]float32, Matrix[float32], int) (done int) { return 0 }
