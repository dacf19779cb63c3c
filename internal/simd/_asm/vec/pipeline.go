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

// pipeline emits such a loop for bfloat16 numbers with AVX-512. Bodies on float32
// numbers are shorter and gain nothing sure; AVX2 has too few registers.
func (k *kernel) pipeline(p ...func(c cursor)) {
	if k.wideBF16() {
		pipeline(p).loop(k)
	} else {
		k.each(1, pipeline(p).run)
	}
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
	words reg.VecVirtual // of bfloat16 numbers
	vec                  // of float32 numbers, whose stages run one by one
}

func (k *kernel) carry() *carry { return &carry{words: k.vec()} }

// keep stores v, rounded to the precision of numbers in rows.
func (k *kernel) keep(v vec, in *carry) {
	if k.wideBF16() {
		k.roundTo(in.words, v)
		return
	}
	k.rounded(v)
	in.vec = v
}

// kept returns the vector that keep has stored.
func (k *kernel) kept(in *carry) vec {
	if !k.wideBF16() {
		return in.vec
	}
	v := k.new()
	k.widen(in.words, v)
	return v
}
