// Package evex emits instructions of AVX-512 BF16 and AMX, which neither avo nor
// Go's assembler knows. Operands are in Go's order, the destination last.
package evex

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// VDPBF16PS adds the products of the pairs of bfloat16 numbers in a and b to
// the float32 numbers of sum.
func VDPBF16PS(b, a, sum reg.Register) {
	emit(&code{name: "VDPBF16PS", prefix: prefixF3, opcode: 0x52, accumulates: true}, b, a, sum)
}

// VCVTNEPS2BF16 rounds the float32 numbers of a ZMM register to the bfloat16
// numbers of a YMM register.
func VCVTNEPS2BF16(src, dst reg.Register) {
	emit(&code{name: "VCVTNEPS2BF16", prefix: prefixF3, opcode: 0x72}, src, dst)
}

// VCVTNE2PS2BF16 rounds the float32 numbers of two ZMM registers to the
// bfloat16 numbers of one.
func VCVTNE2PS2BF16(low, high, dst reg.Register) {
	emit(&code{name: "VCVTNE2PS2BF16", prefix: prefixF2, opcode: 0x72}, low, high, dst)
}

// The codes of mandatory prefixes.
const prefixF3, prefixF2 = 2, 3

// A code is the encoding of an instruction on 512 bits in opcode map 0F38. It
// is the operand of an instruction that stores bytes. The registers are known
// when it is printed.
type code struct {
	operand.Constant
	name           string
	prefix, opcode byte
	accumulates    bool // reads its destination
	*ir.Instruction
}

// emit adds an instruction to the function under construction.
func emit(c *code, registers ...operand.Op) {
	sources := registers[:len(registers)-1]
	if c.accumulates {
		sources = registers
	}
	c.Instruction = &ir.Instruction{
		Opcode:   "LONG",
		Operands: []operand.Op{c},
		Inputs:   append([]operand.Op(nil), sources...),
		Outputs:  registers[len(registers)-1:],
	}
	Instruction(c.Instruction)
}

// Asm returns the bytes and a comment that says what they are, which a test of
// package simd holds against an assembler.
func (c *code) Asm() string {
	registers := append([]operand.Op(nil), c.Inputs...)
	if !c.accumulates {
		registers = append(registers, c.Outputs...)
	}
	var text []string
	for _, r := range registers {
		text = append(text, r.Asm())
	}
	b := c.encode(registers)
	return fmt.Sprintf("$0x%02x%02x%02x%02x; WORD $0x%02x%02x // %s %s",
		b[3], b[2], b[1], b[0], b[5], b[4], c.name, strings.Join(text, ", "))
}

func (c *code) encode(registers []operand.Op) [6]byte {
	const (
		map0F38 = 2
		bits512 = 2 << 5
	)
	var second byte
	if len(registers) == 3 {
		second = number(registers[1])
	}
	s, d := number(registers[0]), number(registers[len(registers)-1])
	return [6]byte{
		0x62,
		not(d>>3)<<7 | not(s>>4)<<6 | not(s>>3)<<5 | not(d>>4)<<4 | map0F38,
		(^second&15)<<3 | 1<<2 | c.prefix,
		bits512 | not(second>>4)<<3,
		c.opcode,
		3<<6 | d&7<<3 | s&7,
	}
}

// not returns the inverse of a number's lowest bit.
func not(x byte) byte { return ^x & 1 }

func number(r operand.Op) byte { return byte(r.(reg.Physical).PhysicalIndex()) }
