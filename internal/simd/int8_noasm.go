//go:build purego || !amd64

package simd

// Without a level that multiplies quads, these are never called.

func microkernelQuads(_, _, _ int, _ []int8, _ int, _ []uint8, _ []float32, _ int, _ bool, _ []int32, _, _ []float32) {
	panic("simd: no kernel for quads")
}

func quantizeRows([]int8, Matrix[float32], []float32, []int32) { panic("simd: no kernel for quads") }

func quantizePanel([]uint8, Matrix[float32], []float32) { panic("simd: no kernel for quads") }

func ceilingQuads(int) { panic("simd: no kernel for quads") }
