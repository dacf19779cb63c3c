// Package evex emits AVX-512 BF16 instructions, which neither avo nor Go's
// assembler knows. Operands are in Go's order, the destination last, and are
// registers that the caller has chosen.
package evex

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// VDPBF16PS adds the products of the pairs of bfloat16 numbers in a and b to
// the float32 numbers of sum.
func VDPBF16PS(b, a, sum reg.Physical) {
	emit("VDPBF16PS", encode(0x52, sum, number(a), b), []operand.Op{b, a, sum}, b, a, sum)
}

// VCVTNEPS2BF16 rounds the float32 numbers of a ZMM register to the bfloat16
// numbers of a YMM register.
func VCVTNEPS2BF16(src, dst reg.Physical) {
	emit("VCVTNEPS2BF16", encode(0x72, dst, 0, src), []operand.Op{src}, src, dst)
}

// encode returns the six bytes of an instruction on 512 bits with the prefix F3
// in opcode map 0F38. Where it has two registers, second is 0.
func encode(opcode byte, dst reg.Physical, second byte, src reg.Physical) [6]byte {
	const (
		map0F38  = 2
		prefixF3 = 2
		bits512  = 2 << 5
	)
	d, s := number(dst), number(src)
	return [6]byte{
		0x62,
		not(d>>3)<<7 | not(s>>4)<<6 | not(s>>3)<<5 | not(d>>4)<<4 | map0F38,
		(^second&15)<<3 | 1<<2 | prefixF3,
		bits512 | not(second>>4)<<3,
		opcode,
		3<<6 | d&7<<3 | s&7,
	}
}

// not returns the inverse of a number's lowest bit.
func not(x byte) byte { return ^x & 1 }

func number(r reg.Physical) byte { return byte(r.PhysicalIndex()) }

// emit writes the bytes under a comment that says what they are, which a test
// of package simd holds against an assembler. inputs are the registers that
// the instruction reads; the last of the operands is the one that it writes.
func emit(name string, code [6]byte, inputs []operand.Op, operands ...operand.Op) {
	var text []string
	for _, op := range operands {
		text = append(text, op.Asm())
	}
	Comment(name + " " + strings.Join(text, ", "))
	dst := operands[len(operands)-1:]
	raw := func(directive string, bytes operand.Op, inputs []operand.Op) {
		Instruction(&ir.Instruction{Opcode: directive, Operands: []operand.Op{bytes}, Inputs: inputs, Outputs: dst})
	}
	raw("LONG", operand.U32(uint32(code[0])|uint32(code[1])<<8|uint32(code[2])<<16|uint32(code[3])<<24), inputs)
	raw("WORD", operand.U16(uint16(code[4])|uint16(code[5])<<8), dst)
}
