//go:build linux && amd64

package main

import "encoding/binary"

// An op is an instruction of AMX by its mnemonic.
type op string

const (
	ldtilecfg   op = "LDTILECFG"
	tilerelease op = "TILERELEASE"
	tilezero    op = "TILEZERO"
	tileloadd   op = "TILELOADD"
	tileloaddt1 op = "TILELOADDT1"
	tilestored  op = "TILESTORED"
	tdpbf16ps   op = "TDPBF16PS"
	tdpbssd     op = "TDPBSSD"
	tdpbsud     op = "TDPBSUD"
	tdpbusd     op = "TDPBUSD"
	tdpbuud     op = "TDPBUUD"
)

// An instruction has what of its operands its op takes.
type instruction struct {
	op     op
	length int // in bytes
	// dst is the tile of a load, a store or a zero, too.
	dst, left, right int
	address          address
}

// Prefixes, as VEX has them.
const (
	prefixNone = iota
	prefix66
	prefixF3
	prefixF2
)

// A form is what distinguishes instructions in opcode map 0F38 of VEX.
type form struct {
	opcode, prefix byte
	memory         bool
}

var forms = map[form]op{
	{0x49, prefixNone, true}:  ldtilecfg,
	{0x49, prefixNone, false}: tilerelease,
	{0x49, prefixF2, false}:   tilezero,
	{0x4b, prefixF2, true}:    tileloadd,
	{0x4b, prefix66, true}:    tileloaddt1,
	{0x4b, prefixF3, true}:    tilestored,
	{0x5c, prefixF3, false}:   tdpbf16ps,
	{0x5e, prefixF2, false}:   tdpbssd,
	{0x5e, prefixF3, false}:   tdpbsud,
	{0x5e, prefix66, false}:   tdpbusd,
	{0x5e, prefixNone, false}: tdpbuud,
}

const longest = 15 // bytes of an instruction

// decode returns the instruction of AMX with which code begins, and whether there
// is one. It knows those without a prefix before VEX, such as that of a segment.
func decode(code []byte) (in instruction, ok bool) {
	var b [longest]byte
	n := copy(b[:], code)
	const map0F38, vex, wide, long = 2, 0xc4, 0x80, 0x04
	if b[0] != vex || b[1]&0x1f != map0F38 || b[2]&(wide|long) != 0 {
		return in, false
	}
	r, x, base := int(^b[1]>>7&1), int(^b[1]>>6&1), int(^b[1]>>5&1)
	vvvv := int(^b[2] >> 3 & 15)
	mod, reg, rm := b[4]>>6, int(b[4]>>3&7), int(b[4]&7)
	in.op, ok = forms[form{b[3], b[2] & 3, mod != 3}]
	if !ok || r != 0 {
		return in, false
	}
	in.length = 5
	if mod != 3 {
		var size int
		in.address, size = decodeAddress(b[4:], x, base)
		in.length = 4 + size
	}
	switch in.op {
	case ldtilecfg:
		ok = reg == 0 && vvvv == 0
	case tilerelease:
		ok = reg == 0 && rm == 0 && vvvv == 0
	case tilezero:
		in.dst = reg
		ok = rm == 0 && vvvv == 0
	case tileloadd, tileloaddt1, tilestored:
		in.dst = reg
		ok = rm == sib && vvvv == 0
	default:
		in.dst, in.left, in.right = reg, rm, vvvv
		ok = base == 0 && vvvv < 8
	}
	return in, ok && in.length <= n
}

// registers are the general ones by their numbers, and two more that take part in
// addresses.
type registers [18]uint64

const (
	instructionPointer = 16 // of the next instruction
	noRegister         = 17 // is zero
)

// An address is the sum of its parts.
type address struct {
	base, index  int // registers
	scale        int // that the index is shifted by
	displacement int32
}

// start is the address without its index, stride what the index adds.
func (a address) start(r *registers) uint64  { return r[a.base] + uint64(int64(a.displacement)) }
func (a address) stride(r *registers) uint64 { return r[a.index] << a.scale }

// sib is the number in place of a register that says that a byte of scale, index
// and base follows.
const sib = 4

// decodeAddress returns the address that ModRM begins, given the highest bits of
// its index and base, and the number of its bytes.
func decodeAddress(b []byte, x, base int) (a address, size int) {
	mod, rm := b[0]>>6, int(b[0]&7)
	a, size = address{base: rm | base<<3, index: noRegister}, 1
	bare := mod == 0 && rm == 5 // without a base
	if bare {
		a.base = instructionPointer
	}
	if rm == sib {
		a.scale, a.base = int(b[1]>>6), int(b[1]&7)|base<<3
		if index := int(b[1]>>3&7) | x<<3; index != sib {
			a.index = index
		}
		size = 2
		if bare = mod == 0 && b[1]&7 == 5; bare {
			a.base = noRegister
		}
	}
	switch {
	case mod == 1:
		a.displacement = int32(int8(b[size]))
		size++
	case mod == 2 || bare:
		a.displacement = int32(binary.LittleEndian.Uint32(b[size:]))
		size += 4
	}
	return a, size
}
