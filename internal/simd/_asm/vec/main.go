// Command vec generates the x86 vector kernels. Run it by go generate in
// package simd. Every kernel is written once, for an [isa].
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!purego")
	for _, s := range []isa{avx512, avx2, avx512BF16} {
		s.add()
		s.siluMul()
		s.siluMulBackward()
		s.addRMSNormRows()
		s.rmsNormBackwardRows()
		s.addRMSNormCols()
		s.rmsNormBackwardCols()
		s.softmaxRows()
		s.softmaxBackwardRows()
		s.rope()
		s.sumRows()
	}
	avx512BF16.widen()
	avx512BF16.roundKernel()
	for _, s := range []isa{avx512, avx2} {
		s.scale()
		s.lerp()
		s.dot()
		s.sumSquares()
		s.adamATan2()
		s.adamW()
	}
	Generate()
}
