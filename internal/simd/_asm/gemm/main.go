// Command gemm generates the x86 kernels of the matrix product. Run it by go
// generate in package simd.
package main

import (
	. "github.com/mmcloughlin/avo/build"

	"github.com/rereadml/reread/internal/simd/_asm/evex"
)

func main() {
	ConstraintExpr("!purego")
	for _, s := range []isa{avx512VNNI, avx512BF16, avx512, avx2} {
		tileKernel(s)
	}
	for _, w := range []int{avx2.rows, avx512.rows, avx2.vecs * avx2.lanes, avx512.vecs * avx512.lanes} {
		packRunsKernel(w)
	}
	transposeKernel()
	interleaveKernel()
	quantizeRowsKernel()
	quantizePanelKernel()
	for _, s := range []isa{avx512VNNI, avx512BF16, avx512, avx2} {
		ceilingKernel(s)
	}
	amxPairs()
	amxQuads()
	amxCeiling("AMX", evex.TDPBF16PS)
	amxCeiling("AMXInt8", evex.TDPBSSD)
	Generate()
}
