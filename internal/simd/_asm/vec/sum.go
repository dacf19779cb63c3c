package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sumRegisters is the number of registers that hold sums: enough for 128
// columns with AVX-512.
const sumRegisters = 8

// rowSums is what the loops of sumRows have in common. dst and src point to the
// first row's part of a block.
type rowSums struct {
	*kernel
	dst, src, index, end reg.GPVirtual // the end is that of index
	stride, count        reg.GPVirtual
	scale                vec
	accumulate           reg.Register
	odd, interleave      reg.VecVirtual // of bfloat16 numbers: see loadAt and storeAt
}

// sumRows, for each row of dst and count numbers of index:
//
//	dst[i] = scale * (src[index[0]][i] + src[index[1]][i] + ...)
//
// added to dst[i] with accumulate. The columns are cut into blocks of as many
// vectors as there are registers for, and each block goes through all rows.
func (s isa) sumRows() {
	k := s.beginBare("sumRows", "func(dst, src [], index []int32, count, d int, scale float32, accumulate bool)")
	p := k.pointers("dst", "src", "index")
	k.setCols(integer("d"))
	end := GP64()
	LEAQ(Mem{Base: p[2], Index: length("index"), Scale: 4}, end)
	t := rowSums{
		kernel: k, dst: p[0], src: p[1], index: p[2], end: end,
		stride: k.bytes(k.cols), count: integer("count"),
		scale: vec{k.scalar("scale")}, accumulate: Load(Param("accumulate"), GP8()),
	}
	if k.wideBF16() {
		t.odd = k.resident("upperHalf", U32(0xffff0000))
		t.interleave = k.vec()
		VMOVDQU64(words("evenThenOdd", func(i int) int { return i/2 + i%2*k.lanes }), t.interleave)
	}
	left := GP64()
	MOVQ(k.cols, left)
	for vectors := sumRegisters / k.registers(); vectors > 0; vectors-- {
		loop, done := k.label("block"), k.label("done")
		Label(loop)
		CMPQ(left, U32(vectors*k.columns()))
		JLT(LabelRef(done))
		t.block(cursor{kernel: k}, vectors)
		for _, r := range p[:2] {
			ADDQ(U32(vectors*k.columns()*k.size()), r)
		}
		SUBQ(U32(vectors*k.columns()), left)
		JMP(LabelRef(loop))
		Label(done)
	}
	done := k.label("done")
	TESTQ(left, left)
	JZ(LabelRef(done))
	t.block(cursor{kernel: k, masked: true}, 1)
	Label(done)
	k.end()
}

// block emits the loop over the rows of a block of vectors.
func (t rowSums) block(c cursor, vectors int) {
	dst, index := GP64(), GP64()
	MOVQ(t.dst, dst)
	MOVQ(t.index, index)
	loop, done := t.label("row"), t.label("done")
	Label(loop)
	CMPQ(index, t.end)
	JGE(LabelRef(done))
	sum := t.sum(c, index, vectors)
	for _, v := range sum {
		do(VMULPS, t.scale, v, v)
	}
	replace := t.label("replace")
	TESTB(t.accumulate, t.accumulate)
	JZ(LabelRef(replace))
	for i, v := range sum {
		t.addAt(c, v, t.vector(dst, i))
	}
	Label(replace)
	for i, v := range sum {
		t.storeAt(c, v, t.vector(dst, i))
	}
	ADDQ(t.stride, dst)
	JMP(LabelRef(loop))
	Label(done)
}

// sum returns the sum of the rows that count numbers at index name, and steps
// over them. It begins with the first row, not with zero, so with the scale
// there are no more operations than loads.
func (t rowSums) sum(c cursor, index reg.GPVirtual, vectors int) []vec {
	sum := make([]vec, vectors)
	p := t.row(index)
	for i := range sum {
		sum[i] = t.loadAt(c, t.vector(p, i))
	}
	n := GP64()
	MOVQ(t.count, n)
	loop, done := t.label("next"), t.label("summed")
	DECQ(n)
	JZ(LabelRef(done))
	Label(loop)
	p = t.row(index)
	for i, v := range sum {
		t.addAt(c, v, t.vector(p, i))
	}
	DECQ(n)
	JNZ(LabelRef(loop))
	Label(done)
	return sum
}

// row returns the address of the block in the row of src whose number is at
// index, and steps over that.
func (t rowSums) row(index reg.GPVirtual) reg.GPVirtual {
	p := GP64()
	MOVL(Mem{Base: index}, p.As32())
	ADDQ(U8(4), index)
	IMULQ(t.stride, p)
	ADDQ(t.src, p)
	return p
}

// vector returns the address of vector i of the block of a row.
func (t rowSums) vector(p reg.Register, i int) Mem {
	return Mem{Base: p, Disp: i * t.columns() * t.size()}
}

// addAt adds the vector at m, an address without an index, to v: with one an
// instruction that loads and adds would be two to the CPU.
func (t rowSums) addAt(c cursor, v vec, m Mem) {
	if c.bf16 || c.masked {
		do(VADDPS, t.loadAt(c, m), v, v)
		return
	}
	VADDPS(m, v[0], v[0])
}

// loadAt returns the vector at m. That of bfloat16 numbers has those of even
// columns in one register and those of odd columns in the other: a shift and a
// mask take less than two permutations.
func (t rowSums) loadAt(c cursor, m Mem) vec {
	if !c.wideBF16() {
		return c.loadAt(m)
	}
	numbers, v := c.vec(), c.new()
	if c.masked {
		VMOVDQU16_Z(m, c.masks[0], numbers)
	} else {
		VMOVDQU16(m, numbers)
	}
	VPSLLD(U8(16), numbers, v[0])
	VPANDD(t.odd, numbers, v[1])
	return v
}

// storeAt stores a vector as loadAt returns it.
func (t rowSums) storeAt(c cursor, v vec, m Mem) {
	if !c.wideBF16() {
		c.storeAt(v, m)
		return
	}
	r := c.round(v)
	VPERMW(r, t.interleave, r)
	if c.masked {
		VMOVDQU16(r, c.masks[0], m)
	} else {
		VMOVDQU16(r, m)
	}
}
