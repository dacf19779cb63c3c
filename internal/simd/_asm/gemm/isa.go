package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An isa is a vector instruction set together with the tile chosen for it:
// rows x vecs sums, vecs vectors of the right operand and two registers that
// take turns at holding a broadcast element of the left one. Both tiles fill
// their register file: 14·2 + 2 + 2 = 32 and 6·2 + 2 + 2 = 16.
type isa struct {
	name   string
	lanes  int
	rows   int
	vecs   int
	spec   reg.Spec
	masked bool // columns beyond the tile's are masked out of C
}

var (
	avx512 = isa{name: "AVX512", lanes: 16, rows: 14, vecs: 2, spec: reg.S512, masked: true}
	avx2   = isa{name: "AVX2", lanes: 8, rows: 6, vecs: 2, spec: reg.S256}
)

// vec returns vector register i.
func (s isa) vec(i int) reg.Physical {
	return reg.LookupPhysical(reg.KindVector, reg.Index(i), s.spec)
}

func (s isa) sum(row, v int) reg.Physical  { return s.vec(row*s.vecs + v) }
func (s isa) right(v int) reg.Physical     { return s.vec(s.rows*s.vecs + v) }
func (s isa) left(row int) reg.Physical    { return s.vec((s.rows+1)*s.vecs + row%2) }
func (s isa) at(p reg.Register, v int) Mem { return Mem{Base: p, Disp: v * s.lanes * 4} }

// columnMasks sets K1 and K2 to the columns of the two vectors that exist.
func columnMasks(cols reg.Register) {
	ones := GP64()
	MOVQ(I32(-1), ones)
	BZHIQ(cols, ones, ones)
	KMOVD(ones.As32(), reg.K1)
	KSHIFTRD(U8(16), reg.K1, reg.K2)
}

func columnMask(v int) reg.Register { return [...]reg.Register{reg.K1, reg.K2}[v] }

// addTo adds the numbers at m to sum.
func (s isa) addTo(sum reg.Physical, m Mem, v int) {
	if s.masked {
		VADDPS_Z(m, sum, columnMask(v), sum)
	} else {
		VADDPS(m, sum, sum)
	}
}

func (s isa) store(sum reg.Physical, m Mem, v int) {
	if s.masked {
		VMOVUPS(sum, columnMask(v), m)
	} else {
		VMOVUPS(sum, m)
	}
}
