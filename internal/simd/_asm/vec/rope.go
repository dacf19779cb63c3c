package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// rope, for each head x of two halves:
//
//	x1[i], x2[i] = x1[i]*cos[i] - x2[i]*sin[i], x2[i]*cos[i] + x1[i]*sin[i]
func (s isa) rope() {
	k := s.begin("rope", "func(x [], cos, sin []float32)")
	half := length("cos")
	k.setCols(half)
	p := k.pointers("x", "cos", "sin")
	x, end, x2 := p[0], GP64(), GP64()
	MOVQ(length("x"), end)
	LEAQ(Mem{Base: x, Index: end, Scale: uint8(s.size())}, end)
	head, done := k.label("head"), k.label("done")
	Label(head)
	CMPQ(x, end)
	JGE(LabelRef(done))
	LEAQ(Mem{Base: x, Index: half, Scale: uint8(s.size())}, x2)
	k.each(1, func(c cursor) {
		cos, sin := c.loadFloats(p[1]), c.loadFloats(p[2])
		a, b := c.load(x), c.load(x2)
		u, v := k.new(), k.new()
		do(VMULPS, sin, b, u)
		do(VFMSUB231PS, cos, a, u) // a·cos - b·sin
		do(VMULPS, sin, a, v)
		do(VFMADD231PS, cos, b, v) // a·sin + b·cos
		c.store(u, x)
		c.store(v, x2)
	})
	LEAQ(Mem{Base: x, Index: half, Scale: uint8(2 * s.size())}, x)
	JMP(LabelRef(head))
	Label(done)
	k.end()
}
