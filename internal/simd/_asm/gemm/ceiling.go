package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// chains is the number of independent chains: more than latency times pipes on
// any CPU. Products of pairs take longer: 12 chains of them reach 92 % of what
// 24 do.
func (s isa) chains() int {
	if s.pairs || s.quads {
		return 24
	}
	return 12
}

// ceilingKernel emits a loop of nothing but multiply-adds on zeros.
func ceilingKernel(s isa) {
	TEXT("ceiling"+s.name, NOSPLIT, "func(n int)")
	n := Load(Param("n"), GP64())
	for i := range s.chains() {
		VXORPS(s.vec(i), s.vec(i), s.vec(i))
	}
	Label("loop")
	for i := range s.chains() {
		s.multiplyAdd(s.vec(i), s.vec(i), s.vec(i))
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
