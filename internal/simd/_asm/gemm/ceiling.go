package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// ceilingChains is the number of independent FMA chains: more than latency
// times pipes on any CPU.
const ceilingChains = 12

// ceilingKernel emits a loop of nothing but FMAs on zeros.
func ceilingKernel(s isa) {
	TEXT("ceiling"+s.name, NOSPLIT, "func(n int)")
	n := Load(Param("n"), GP64())
	for i := range ceilingChains {
		VXORPS(s.vec(i), s.vec(i), s.vec(i))
	}
	Label("loop")
	for i := range ceilingChains {
		VFMADD231PS(s.vec(i), s.vec(i), s.vec(i))
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
