//go:build purego || !amd64

package simd

func packRuns(dst []float32, m Matrix, w, panels int) { packRunsGeneric(dst, m, w, panels) }

func transpose8([]float32, Matrix, int) (done int) { return 0 }
