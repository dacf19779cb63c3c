package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/rereadml/reread/internal/simd/_asm/evex"
)

// An isa is a vector instruction set together with the tile chosen for it:
// rows x vecs sums, vecs vectors of the right operand and two registers that
// take turns at holding a broadcast element of the left one. The tiles fill
// their register file: 14·2 + 2 + 2 = 32 and 6·2 + 2 + 2 = 16.
//
// With pairs the elements are pairs of bfloat16 numbers, of rows 2p and 2p+1 of
// the right operand and columns 2p and 2p+1 of the left one, so that the
// kernel differs from that of float32 in one instruction only. Distances are
// still counted in numbers. With quads they are four 8-bit integers, signed on
// the left and unsigned on the right.
type isa struct {
	name   string
	lanes  int
	rows   int
	vecs   int
	spec   reg.Spec
	masked bool // columns beyond the tile's are masked out of C
	pairs  bool
	quads  bool
}

var (
	avx512     = isa{name: "AVX512", lanes: 16, rows: 14, vecs: 2, spec: reg.S512, masked: true}
	avx2       = isa{name: "AVX2", lanes: 8, rows: 6, vecs: 2, spec: reg.S256}
	avx512BF16 = isa{name: "AVX512BF16", lanes: 16, rows: 14, vecs: 2, spec: reg.S512, masked: true, pairs: true}
	avx512VNNI = isa{name: "AVX512VNNI", lanes: 16, rows: 14, vecs: 2, spec: reg.S512, masked: true, quads: true}
)

// vec returns vector register i.
func (s isa) vec(i int) reg.Physical {
	return reg.LookupPhysical(reg.KindVector, reg.Index(i), s.spec)
}

func (s isa) sum(row, v int) reg.Physical  { return s.vec(row*s.vecs + v) }
func (s isa) right(v int) reg.Physical     { return s.vec(s.rows*s.vecs + v) }
func (s isa) left(row int) reg.Physical    { return s.vec((s.rows+1)*s.vecs + row%2) }
func (s isa) at(p reg.Register, v int) Mem { return Mem{Base: p, Disp: v * s.lanes * 4} }

// multiplyAdd adds the products of right and left to sum.
func (s isa) multiplyAdd(right, left, sum reg.Physical) {
	switch {
	case s.pairs:
		evex.VDPBF16PS(right, left, sum)
	case s.quads:
		VPDPBUSD(left, right, sum)
	default:
		VFMADD231PS(right, left, sum)
	}
}

// shift is the binary logarithm of a number's bytes.
func (s isa) shift() U8 {
	switch {
	case s.pairs:
		return 1
	case s.quads:
		return 0
	default:
		return 2
	}
}

// bytes loads a distance in numbers and turns it into bytes.
func (s isa) bytes(param string) reg.GPVirtual {
	r := GP64()
	Load(Param(param), r)
	SHLQ(s.shift(), r)
	return r
}

// columnMasks sets K1 and K2 to the columns of the two vectors that exist.
func columnMasks(cols reg.Register) {
	ones := GP64()
	MOVQ(I32(-1), ones)
	BZHIQ(cols, ones, ones)
	KMOVD(ones.As32(), reg.K1)
	KSHIFTRD(U8(16), reg.K1, reg.K2)
}

func columnMask(v int) reg.Register { return [...]reg.Register{reg.K1, reg.K2}[v] }
