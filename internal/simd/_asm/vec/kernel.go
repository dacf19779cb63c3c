package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/rereadml/reread/internal/simd/_asm/evex"
)

// A kernel is one assembly function under construction. Its loops run over the
// same number of columns.
type kernel struct {
	isa
	cols   reg.Register // number of columns
	mask   reg.Register // lanes of a last, partial vector
	labels int
}

// begin starts the function named name plus the level. [] in its signature
// stands for a slice of numbers in rows.
func (s isa) begin(name, signature string) *kernel {
	number := "[]float32"
	if s.bf16 {
		number = "[]uint16"
	}
	signature = strings.NewReplacer("[],", number+",", "[])", number+")").Replace(signature)
	TEXT(name+s.name, NOSPLIT, signature)
	return &kernel{isa: s}
}

func (k *kernel) end() {
	VZEROUPPER()
	RET()
}

// pointers loads the addresses of slices.
func (k *kernel) pointers(params ...string) []reg.GPVirtual {
	p := make([]reg.GPVirtual, len(params))
	for i, name := range params {
		p[i] = GP64()
		Load(Param(name).Base(), p[i])
	}
	return p
}

func integer(param string) reg.GPVirtual {
	r := GP64()
	Load(Param(param), r)
	return r
}

func length(param string) reg.GPVirtual {
	r := GP64()
	Load(Param(param).Len(), r)
	return r
}

// setCols sets the number of columns and the mask, whose lanes i are those
// with i < cols mod lanes.
func (k *kernel) setCols(cols reg.GPVirtual) {
	k.cols = cols
	n, x, v := GP32(), XMM(), k.vec()
	MOVL(cols.As32(), n)
	ANDL(U8(k.lanes-1), n)
	VMOVD(n, x)
	VPBROADCASTD(x, v)
	if k.wide() {
		k.mask = K()
	} else {
		k.mask = v
	}
	VPCMPGTD(laneNumbers(), v, k.mask)
}

func (k *kernel) label(name string) string {
	k.labels++
	return fmt.Sprintf("%s%d", name, k.labels)
}

// A cursor stands for one vector of columns in the body of a loop.
type cursor struct {
	*kernel
	i      reg.Register // column of the first vector of the round
	slot   int          // number of the vector in its round
	masked bool         // only the lanes of the mask exist
}

// each emits a loop over the columns in rounds of unroll vectors, then one
// vector, then one partial vector at a time.
func (k *kernel) each(unroll int, body func(c cursor)) {
	i, left := GP64(), GP64()
	XORQ(i, i)
	MOVQ(k.cols, left)
	if unroll > 1 {
		k.rounds(i, left, unroll, body)
	}
	k.rounds(i, left, 1, body)
	done := k.label("done")
	TESTQ(left, left)
	JZ(LabelRef(done))
	body(cursor{kernel: k, i: i, masked: true})
	Label(done)
}

func (k *kernel) rounds(i, left reg.Register, unroll int, body func(c cursor)) {
	loop, done := k.label("loop"), k.label("done")
	n := U8(unroll * k.lanes)
	SUBQ(n, left)
	JLT(LabelRef(done))
	Label(loop)
	for slot := range unroll {
		body(cursor{kernel: k, i: i, slot: slot})
	}
	ADDQ(n, i)
	SUBQ(n, left)
	JGE(LabelRef(loop))
	Label(done)
	ADDQ(n, left)
}

// size is the bytes of a number in a row.
func (s isa) size() int {
	if s.bf16 {
		return 2
	}
	return 4
}

// at returns the address of the vector in the row at p.
func (c cursor) at(p reg.Register) Mem {
	return Mem{Base: p, Index: c.i, Scale: uint8(c.size()), Disp: c.slot * c.lanes * c.size()}
}

// load returns the vector in the row at p, with zeros where masked.
func (c cursor) load(p reg.Register) reg.VecVirtual { return c.loadAt(c.at(p)) }

func (c cursor) store(v reg.VecVirtual, p reg.Register) { c.storeAt(v, c.at(p)) }

func (c cursor) loadAt(m Mem) reg.VecVirtual {
	if !c.bf16 {
		return c.loadFloatAt(m)
	}
	v := c.vec()
	if c.masked {
		VPMOVZXWD_Z(m, c.mask, v)
	} else {
		VPMOVZXWD(m, v)
	}
	VPSLLD(U8(16), v, v)
	return v
}

func (c cursor) storeAt(v reg.VecVirtual, m Mem) {
	if !c.bf16 {
		c.storeFloatAt(v, m)
		return
	}
	r := c.round(v)
	if c.masked {
		VMOVDQU16(r, c.mask, m)
	} else {
		VMOVDQU16(r, m)
	}
}

// round returns the bfloat16 numbers of v in a register that the next call
// uses again.
func (s isa) round(v reg.VecVirtual) reg.Physical {
	VMOVAPS(v, reg.Z31)
	evex.VCVTNEPS2BF16(reg.Z31, reg.Y31)
	return reg.Y31
}

// rounded gives v the precision of numbers in rows.
func (s isa) rounded(v reg.VecVirtual) {
	if s.bf16 {
		VPMOVZXWD(s.round(v), v)
		VPSLLD(U8(16), v, v)
	}
}

// floatAt is at for a row of float32 numbers.
func (c cursor) floatAt(p reg.Register) Mem {
	return Mem{Base: p, Index: c.i, Scale: 4, Disp: c.slot * c.lanes * 4}
}

func (c cursor) loadFloat(p reg.Register) reg.VecVirtual { return c.loadFloatAt(c.floatAt(p)) }

func (c cursor) storeFloat(v reg.VecVirtual, p reg.Register) { c.storeFloatAt(v, c.floatAt(p)) }

func (c cursor) loadFloatAt(m Mem) reg.VecVirtual {
	v := c.vec()
	switch {
	case !c.masked:
		VMOVUPS(m, v)
	case c.wide():
		VMOVUPS_Z(m, c.mask, v)
	default:
		VMASKMOVPS(m, c.mask, v)
	}
	return v
}

func (c cursor) storeFloatAt(v reg.VecVirtual, m Mem) {
	switch {
	case !c.masked:
		VMOVUPS(v, m)
	case c.wide():
		VMOVUPS(v, c.mask, m)
	default:
		VMASKMOVPS(v, c.mask, m)
	}
}

// into computes acc = op(v, acc) in the lanes that exist.
func (c cursor) into(acc, v reg.VecVirtual, op combiner) {
	switch {
	case !c.masked:
		op(v, acc, acc)
	case c.wide():
		op(v, acc, c.mask, acc)
	default:
		t := c.vec()
		op(v, acc, t)
		VBLENDVPS(c.mask, t, acc, acc)
	}
}

// bytes returns the size of n numbers in a row.
func (s isa) bytes(n reg.Register) reg.GPVirtual {
	r := GP64()
	MOVQ(n, r)
	SHLQ(U8(s.size()/2), r) // 2 or 4
	return r
}

// rows emits a loop over n rows, a register that it counts down; the pointers
// p step by stride bytes from row to row.
func (k *kernel) rows(n, stride reg.GPVirtual, p []reg.GPVirtual, body func()) {
	loop, done := k.label("row"), k.label("done")
	TESTQ(n, n)
	JZ(LabelRef(done))
	Label(loop)
	body()
	for _, r := range p {
		ADDQ(stride, r)
	}
	DECQ(n)
	JNZ(LabelRef(loop))
	Label(done)
}
