package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The methods of this file are for bfloat16 numbers with AVX2, by instructions on
// integers. With apart, a vector is 16 numbers of which a shift and a mask make two
// registers, and a shift and a blend one again; otherwise it is eight numbers in
// their order.

// loadWordsAt returns the vector at m.
func (c cursor) loadWordsAt(m Mem) vec {
	v := c.new()
	if c.apart {
		words := c.vec()
		if c.masked {
			c.loadRest(m, words)
		} else {
			VMOVDQU(m, words)
		}
		VPSLLD(U8(16), words, v[0])
		VPAND(c.constant("maskBF16", U32(0xffff0000)), words, v[1])
		return v
	}
	r := v[0].(reg.VecVirtual)
	if c.masked {
		c.loadRest(m, r)
		VPMOVZXWD(r.AsX(), r)
	} else {
		VPMOVZXWD(m, r)
	}
	VPSLLD(U8(16), r, r)
	return v
}

// roundIntegers stores in the upper words of t the numbers of v, rounded to the
// nearest or to the even one of two, and anything in the lower ones.
//
// A NaN must not become another number by a carry. One that comes of bfloat16
// numbers does not: its lower word is zero. One that comes of float32 numbers is
// cut off.
func (k *kernel) roundIntegers(v, t vec) {
	carry := k.new()
	do(VPSRLD, vec{U8(16)}, v, carry)
	do(and, vec{k.constant("lowestBit", U32(1))}, carry, carry)
	do(VPADDD, vec{k.constant("belowHalf", U32(0x7fff))}, carry, carry)
	if k.floats {
		const ordered = U8(7)
		number := k.new()
		do(VCMPPS, vec{ordered}, v, v, number)
		do(and, number, carry, carry)
	}
	do(VPADDD, v, carry, t)
}

// and is VPAND, which has no masked form in avo.
func and(operands ...Op) { VPAND(operands[0], operands[1], operands[2]) }

// quiet makes NaN quiet ones, as every operation on float32 numbers does.
func (c cursor) quiet(v vec) {
	if c.bf16 && !c.wide() {
		do(VMULPS, vec{c.constant("one", F32(1))}, v, v)
	}
}

// storeUpperAt stores the upper words of v, which it overwrites.
func (c cursor) storeUpperAt(v vec, m Mem) {
	r := v[0].(reg.VecVirtual)
	VPSRLD(U8(16), r, r)
	if c.apart {
		const oddWords = U8(0xaa)
		VPBLENDW(oddWords, v[1], r, r)
		if c.masked {
			c.storeRest(r, m)
		} else {
			VMOVDQU(r, m)
		}
		return
	}
	const evenQuarters = U8(0x08)
	VPACKUSDW(r, r, r)
	VPERMQ(evenQuarters, r, r)
	if c.masked {
		c.storeRest(r, m)
	} else {
		VMOVDQU(r.AsX(), m)
	}
}

// A rest describes a last, partial vector: AVX2 has masks for pairs of numbers
// only. The first number of the last pair, whether it is whole or not, is loaded
// and stored by itself. Registers are few, so masks are on the stack.
type rest struct {
	pairs Mem          // lanes of whole pairs
	first Mem          // the first number of the last pair
	lanes Mem          // the lane of the last pair, in every lane
	last  reg.Register // the same
}

// setRest describes a vector of which n numbers exist.
func (k *kernel) setRest(n reg.GPVirtual) {
	frame := AllocLocal(3 * 32)
	k.rest = rest{pairs: frame, first: frame.Offset(32), lanes: frame.Offset(64), last: GP64()}
	lane := func(n reg.Register) reg.VecVirtual {
		x, v := XMM(), k.vec()
		VMOVD(n, x)
		VPBROADCASTD(x, v)
		return v
	}
	pairs, last := GP32(), k.rest.last.(reg.GPVirtual).As32()
	MOVL(n, pairs)
	SHRL(U8(1), pairs)
	v := lane(pairs)
	VPCMPGTD(laneNumbers(), v, v)
	VMOVDQU(v, k.rest.pairs)

	LEAL(Mem{Base: n, Disp: -1}, last)
	SHRL(U8(1), last)
	w := lane(last)
	VMOVDQU(w, k.rest.lanes)
	VPCMPEQD(laneNumbers(), w, w)
	VPSRLD(U8(16), w, w)
	VMOVDQU(w, k.rest.first)
}

// firstOfLast returns the address of the first number of the last pair at m.
func (k *kernel) firstOfLast(m Mem) Mem {
	p := GP64()
	LEAQ(m, p)
	return Mem{Base: p, Index: k.rest.last, Scale: 4}
}

// part is the part of a register that holds a vector of bfloat16 numbers.
func (s isa) part(r reg.VecVirtual) reg.Register {
	if s.apart {
		return r
	}
	return r.AsX()
}

func (k *kernel) loadRest(m Mem, words reg.VecVirtual) {
	mask, first := k.vec(), k.vec()
	VMOVDQU(k.rest.pairs, mask)
	VMASKMOVPS(m, k.part(mask), k.part(words))
	VPBROADCASTW(k.firstOfLast(m), k.part(first))
	VPAND(k.rest.first, k.part(first), k.part(first))
	VPOR(k.part(first), k.part(words), k.part(words))
}

func (k *kernel) storeRest(words reg.VecVirtual, m Mem) {
	mask, number := k.vec(), GP32()
	VMOVDQU(k.rest.pairs, mask)
	VMASKMOVPS(k.part(words), k.part(mask), m)
	VMOVDQU(k.rest.lanes, mask)
	VPERMD(words, mask, mask)
	VMOVD(mask.AsX(), number)
	MOVW(number.As16(), k.firstOfLast(m))
}
