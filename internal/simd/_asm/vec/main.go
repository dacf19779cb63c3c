// Command vec generates the x86 vector kernels. Run it by go generate in
// package simd. Every kernel is written once, for an [isa].
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!purego")
	for _, s := range []isa{avx512, avx2, avx512BF16, avx2BF16} {
		a := s.inAnyOrder()
		a.add()
		a.siluMulPanel()
		a.siluMulBackward()
		a.addRMSNormRows()
		a.rmsNormBackwardRows()
		s.addRMSNormCols()
		s.rmsNormBackwardCols()
		s.softmaxRows()
		s.softmaxBackwardRows()
		s.rope()
		a.sumRows()
	}
	for _, s := range []isa{avx512BF16, avx2BF16} {
		s.widen()
		s.roundKernel()
	}
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
