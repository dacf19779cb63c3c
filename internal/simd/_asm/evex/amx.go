package evex

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
)

// A Tile is one of the eight registers of AMX.
type Tile byte

// LDTILECFG sets the shapes of all tiles.
func LDTILECFG(config operand.Mem) {
	emitTile(&tileCode{name: "LDTILECFG", opcode: 0x49}, config)
}

// TILERELEASE gives back all tiles.
func TILERELEASE() {
	emitTile(&tileCode{name: "TILERELEASE", opcode: 0x49, tiles: []Tile{0}, silent: true})
}

// TILEZERO clears a tile.
func TILEZERO(t Tile) {
	emitTile(&tileCode{name: "TILEZERO", prefix: prefixF2, opcode: 0x49, tiles: []Tile{0, t}, silent: true})
}

// TILELOADD loads a tile, whose rows are an index register apart.
func TILELOADD(src operand.Mem, t Tile) {
	emitTile(&tileCode{name: "TILELOADD", prefix: prefixF2, opcode: 0x4b, tiles: []Tile{t}}, src)
}

// TILESTORED stores a tile, whose rows are an index register apart.
func TILESTORED(t Tile, dst operand.Mem) {
	emitTile(&tileCode{name: "TILESTORED", prefix: prefixF3, opcode: 0x4b, tiles: []Tile{t}, store: true}, dst)
}

// TDPBF16PS adds the products of rows of left and columns of right to the
// float32 numbers of sum.
func TDPBF16PS(right, left, sum Tile) {
	emitTile(&tileCode{name: "TDPBF16PS", prefix: prefixF3, opcode: 0x5c, tiles: []Tile{right, left, sum}})
}

// TDPBSSD adds the products of rows of left and columns of right, signed 8-bit
// integers, to the 32-bit integers of sum.
func TDPBSSD(right, left, sum Tile) {
	emitTile(&tileCode{name: "TDPBSSD", prefix: prefixF2, opcode: 0x5e, tiles: []Tile{right, left, sum}})
}

// A tileCode is the encoding of an instruction of AMX, in opcode map 0F38 of
// VEX. It is the operand of an instruction that stores bytes.
type tileCode struct {
	operand.Constant
	name           string
	prefix, opcode byte
	tiles          []Tile
	silent, store  bool
	*ir.Instruction
}

func emitTile(c *tileCode, memory ...operand.Op) {
	c.Instruction = &ir.Instruction{Opcode: "LONG", Operands: []operand.Op{c}, Inputs: memory}
	Instruction(c.Instruction)
}

// Asm returns the bytes and a comment that says what they are, which a test of
// package simd holds against an assembler.
func (c *tileCode) Asm() string {
	b := c.encode()
	text := fmt.Sprintf("$0x%02x%02x%02x%02x", b[3], b[2], b[1], b[0])
	for _, x := range b[4:] {
		text += fmt.Sprintf("; BYTE $0x%02x", x)
	}
	return text + " // " + strings.TrimSpace(c.name+" "+strings.Join(c.text(), ", "))
}

// text returns the operands in Go's order, the destination last.
func (c *tileCode) text() []string {
	var all []string
	for _, m := range c.Inputs {
		all = append(all, m.Asm())
	}
	switch {
	case c.name == "TILERELEASE":
		return nil
	case c.name == "TILEZERO":
		return []string{c.tiles[1].String()}
	}
	for _, t := range c.tiles {
		all = append(all, t.String())
	}
	if c.store {
		all[0], all[1] = all[1], all[0]
	}
	return all
}

func (t Tile) String() string { return fmt.Sprintf("TMM%d", t) }

// encode returns the prefix C4 with the inverted high bits of the registers, the
// opcode and the operands.
func (c *tileCode) encode() []byte {
	var base, index byte
	address := []byte{3<<6 | byte(c.field())<<3}
	second := Tile(0)
	switch {
	case len(c.Inputs) > 0:
		m := c.Inputs[0].(operand.Mem)
		base, index, address = memory(m, byte(c.field()))
	case len(c.tiles) == 3:
		address[0] |= byte(c.tiles[1])
		second = c.tiles[0]
	}
	const map0F38 = 2
	return append([]byte{
		0xc4,
		1<<7 | not(index>>3)<<6 | not(base>>3)<<5 | map0F38,
		byte(^second&15)<<3 | c.prefix,
		c.opcode,
	}, address...)
}

// field returns the tile in the field of the register.
func (c *tileCode) field() Tile {
	if len(c.tiles) == 0 {
		return 0
	}
	return c.tiles[len(c.tiles)-1]
}

// memory returns the numbers of the registers of an address and its bytes: the
// form, the scale of the index and a short displacement if there is one.
func memory(m operand.Mem, field byte) (base, index byte, address []byte) {
	base, index = number(m.Base), 4 // none
	if m.Index != nil {
		index = number(m.Index)
	}
	const bare, short = 0, 1
	form, rm := byte(bare), base&7
	if m.Disp != 0 || base&7 == 5 {
		form = short
	}
	if m.Index != nil || rm == 4 {
		rm = 4
	}
	address = []byte{form<<6 | field<<3 | rm}
	if rm == 4 {
		address = append(address, index&7<<3|base&7)
	}
	if form == short {
		address = append(address, byte(int8(m.Disp)))
	}
	return base, index, address
}
