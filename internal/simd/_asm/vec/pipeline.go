package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A pipeline is the body of a loop over columns in stages. One round of the loop
// runs all of them, each on another vector, the first on the newest, with their
// instructions mixed: a long body is one chain of instructions that wait for
// each other, and the CPU does not look far enough ahead to fill the time with
// the next round. A stage hands vectors on by keep, last of all; the next one
// begins with kept.
type pipeline []func(c cursor)

// pipeline emits such a loop for bfloat16 numbers with AVX-512. AVX2 has too few
// registers: its stages have a loop each over some vectors, short enough for the
// CPU to look ahead. Bodies on float32 numbers are shorter and gain nothing sure.
func (k *kernel) pipeline(p ...func(c cursor)) {
	switch {
	case k.wideBF16():
		pipeline(p).loop(k)
	case k.bf16:
		pipeline(p).blocks(k)
	default:
		k.each(1, pipeline(p).run)
	}
}

// stageColumns is the number of columns that a stage runs on before the next.
const stageColumns = 256

func (p pipeline) blocks(k *kernel) {
	start, whole, i, stop := GP64(), GP64(), GP64(), GP64()
	Attributes(0) // the frame is too large for NOSPLIT
	frame := AllocLocal(k.carried)
	k.carries = GP64()
	LEAQ(frame, k.carries)
	XORQ(start, start)
	MOVQ(k.cols, whole)
	ANDQ(I8(-k.columns()), whole)
	block, masked, done := k.label("block"), k.label("masked"), k.label("done")
	Label(block)
	CMPQ(start, whole)
	JGE(LabelRef(masked))
	LEAQ(Mem{Base: start, Disp: stageColumns}, stop)
	CMPQ(whole, stop)
	CMOVQLT(whole, stop)
	for _, stage := range p {
		loop := k.label("stage")
		MOVQ(start, i)
		Label(loop)
		stage(cursor{kernel: k, i: i})
		ADDQ(U8(k.columns()), i)
		CMPQ(i, stop)
		JLT(LabelRef(loop))
	}
	MOVQ(stop, start)
	SUBQ(U32(4*stageColumns), k.carries)
	JMP(LabelRef(block))
	Label(masked)
	CMPQ(whole, k.cols)
	JGE(LabelRef(done))
	LEAQ(frame, k.carries)
	SHLQ(U8(2), start)
	SUBQ(start, k.carries)
	p.run(cursor{kernel: k, i: whole, masked: true})
	Label(done)
}

func (p pipeline) loop(k *kernel) {
	i, left := GP64(), GP64()
	XORQ(i, i)
	MOVQ(k.cols, left)
	short, loop, drain, done := k.label("short"), k.label("loop"), k.label("drain"), k.label("done")
	last := len(p) - 1 // the number of vectors that a round finds begun
	c := cursor{kernel: k, i: i}
	n, begun := U8(k.columns()), U8(last*k.columns())
	SUBQ(begun, left)
	JLT(LabelRef(short))
	for v := range last {
		p[:v+1].mix(c, v)
	}
	Label(loop)
	SUBQ(n, left)
	JLT(LabelRef(drain))
	p.mix(c, last)
	ADDQ(n, i)
	JMP(LabelRef(loop))
	Label(drain)
	ADDQ(n, left)
	for s := range last {
		p[s+1:].mix(c, last-1)
	}
	ADDQ(begun, i)
	SUBQ(begun, left)
	Label(short)
	ADDQ(begun, left)
	k.rounds(i, left, 1, p.run)
	TESTQ(left, left)
	JZ(LabelRef(done))
	p.run(cursor{kernel: k, i: i, masked: true})
	Label(done)
}

// run emits all stages on one vector.
func (p pipeline) run(c cursor) {
	for _, stage := range p {
		stage(c)
	}
}

// mix emits the stages evenly mixed, on vectors one before the other from
// newest on. Of instructions at equal places those of later stages come first.
func (p pipeline) mix(c cursor, newest int) {
	stages := make([][]func(), len(p))
	for s := range p {
		c.slot = newest - s
		collected = &stages[s]
		p[s](c)
	}
	collected = nil
	for next := make([]int, len(p)); ; {
		least := -1
		for s := range p {
			if next[s] < len(stages[s]) && (least < 0 || next[s]*len(stages[least]) <= next[least]*len(stages[s])) {
				least = s
			}
		}
		if least < 0 {
			return
		}
		stages[least][next[least]]()
		next[least]++
	}
}

// collected are the instructions of a stage while one is emitted.
var collected *[]func()

// emit adds an instruction to the stage or function under construction.
func emit(instruction func()) {
	if collected != nil {
		*collected = append(*collected, instruction)
		return
	}
	instruction()
}

// A carry holds a vector between two stages.
type carry struct {
	words  reg.VecVirtual // of bfloat16 numbers
	vec                   // of float32 numbers, whose stages run one by one
	offset int            // of those of a block in the frame, with AVX2
}

func (k *kernel) carry() *carry {
	if k.wideBF16() {
		return &carry{words: k.vec()}
	}
	k.carried += 4 * stageColumns
	return &carry{offset: k.carried - 4*stageColumns}
}

// carriedAt returns where register i of the vector is kept.
func (c cursor) carriedAt(in *carry, i int) Mem {
	return Mem{Base: c.carries, Index: c.i, Scale: 4, Disp: in.offset + 4*c.lanes*i}
}

// keep stores v, rounded to the precision of numbers in rows.
func (c cursor) keep(v vec, in *carry) {
	if c.wideBF16() {
		c.roundTo(in.words, v)
		return
	}
	c.rounded(v)
	if !c.bf16 {
		in.vec = v
		return
	}
	for i, r := range v {
		VMOVUPS(r, c.carriedAt(in, i))
	}
}

// kept returns the vector that keep has stored.
func (c cursor) kept(in *carry) vec {
	if !c.bf16 {
		return in.vec
	}
	v := c.new()
	if c.wideBF16() {
		c.widen(in.words, v)
		return v
	}
	for i, r := range v {
		VMOVUPS(c.carriedAt(in, i), r)
	}
	return v
}
