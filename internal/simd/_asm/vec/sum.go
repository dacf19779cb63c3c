package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// sumRegisters is the number of registers that hold sums: enough for 128
// columns with AVX-512.
const sumRegisters = 8

// rowSums is what the loops of sumRows have in common. dst and src point to
// their first columns.
type rowSums struct {
	*kernel
	dst, src, index, end reg.GPVirtual // the end is that of index
	stride, count        reg.GPVirtual
	scale                vec
	accumulate           reg.Register
}

// sumRows, for each row of dst and count numbers of index:
//
//	dst[i] = scale * (src[index[0]][i] + src[index[1]][i] + ...)
//
// added to dst[i] with accumulate. The columns are cut into blocks of as many
// vectors as have registers, and each block goes through all rows.
func (s isa) sumRows() {
	k := s.begin("sumRows", "func(dst, src [], index []int32, count, d int, scale float32, accumulate bool)")
	p := k.pointers("dst", "src", "index")
	k.setCols(integer("d"))
	end := GP64()
	LEAQ(Mem{Base: p[2], Index: length("index"), Scale: 4}, end)
	t := rowSums{
		kernel: k, dst: p[0], src: p[1], index: p[2], end: end,
		stride: k.bytes(k.cols), count: integer("count"),
		scale: vec{k.scalar("scale")}, accumulate: Load(Param("accumulate"), GP8()),
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
		c.addAt(v, t.vector(dst, i))
	}
	Label(replace)
	for i, v := range sum {
		c.storeAt(v, t.vector(dst, i))
	}
	ADDQ(t.stride, dst)
	JMP(LabelRef(loop))
	Label(done)
}

// sum returns the sum of the rows that count numbers at index name, and steps
// over them. It begins with the first row: what is saved besides an addition
// are those of zeros.
func (t rowSums) sum(c cursor, index reg.GPVirtual, vectors int) []vec {
	sum := make([]vec, vectors)
	p := t.row(index)
	for i := range sum {
		sum[i] = c.loadAt(t.vector(p, i))
	}
	n := GP64()
	MOVQ(t.count, n)
	loop, done := t.label("next"), t.label("summed")
	DECQ(n)
	JZ(LabelRef(done))
	Label(loop)
	p = t.row(index)
	for i, v := range sum {
		c.addAt(v, t.vector(p, i))
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

// addAt adds the vector at m to v. Where one instruction does that it has an
// address without an index, or it would be two to the CPU.
func (c cursor) addAt(v vec, m Mem) {
	if c.bf16 || c.masked {
		do(VADDPS, c.loadAt(m), v, v)
		return
	}
	VADDPS(m, v[0], v[0])
}
