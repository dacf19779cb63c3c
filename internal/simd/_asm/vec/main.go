// Command vec generates the x86 vector kernels. Run it by go generate in
// package simd. Every kernel is written once, for an [isa].
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!purego")
	for _, s := range []isa{avx512, avx2} {
		s.add()
		s.scale()
		s.lerp()
		s.dot()
		s.sumSquares()
		s.siluMul()
		s.siluMulBackward()
		s.softmaxRows()
		s.softmaxBackwardRows()
		s.addRMSNormRows()
		s.rmsNormBackwardRows()
		s.addRMSNormCols()
		s.rmsNormBackwardCols()
		s.rope()
		s.adamATan2()
		s.adamW()
	}
	Generate()
}
