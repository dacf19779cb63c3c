//go:build purego || !amd64

package simd

// Without a level that multiplies pairs, these are never called.

func microkernelPairs(_, _, _ int, _ []BF16, _, _ int, _ []BF16, _ int, _ []float32, _ []BF16, _ int, _ bool) {
	panic("simd: no kernel for pairs")
}

func ceilingPairs(int) { panic("simd: no kernel for pairs") }

func interleave([]BF16, int, Matrix[BF16]) { panic("simd: no kernel for pairs") }
