//go:build purego || !(amd64 || arm64)

package simd

func tileOf(Level) tile { return genericTile }

func microkernel(_ Level, rows, cols, k int, a []float32, ars, acs int, b []float32, bs int, c []float32, ldc int, add bool) {
	microkernelGeneric(rows, cols, k, a, ars, acs, b, bs, c, ldc, add)
}

func ceiling(_ Level, n int) { ceilingGeneric(n) }
