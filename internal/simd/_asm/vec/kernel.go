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
	cols   reg.Register     // number of columns
	masks  []reg.Register   // for each register, lanes of a last, partial vector
	halves []reg.VecVirtual // for each register, the words that widen puts there
	upper  reg.Register     // the upper words of lanes
	floats bool             // float32 numbers are among the parameters
	rest   rest             // of bfloat16 numbers with AVX2
	labels int

	carried int          // bytes in the frame for what stages hand on
	carries reg.Register // their address, less that of the first column of a block
}

// begin starts the function named name plus the level. [] in its signature
// stands for a slice of numbers in rows.
func (s isa) begin(name, signature string) *kernel {
	k := s.beginBare(name, signature)
	if s.wideBF16() {
		k.setHalves()
	}
	return k
}

// beginBare is begin for a kernel that does not widen numbers by the kernel's
// methods.
func (s isa) beginBare(name, signature string) *kernel {
	number := "[]float32"
	if s.bf16 {
		number = "[]uint16"
	}
	signature = strings.NewReplacer("[],", number+",", "[])", number+")").Replace(signature)
	TEXT(name+s.name, NOSPLIT, signature)
	return &kernel{isa: s, floats: strings.Contains(signature, "float32")}
}

// setHalves loads what widen needs.
func (k *kernel) setHalves() {
	low := words("lowHalf", func(i int) int { return i / 2 })
	high := words("highHalf", func(i int) int { return k.lanes + i/2 })
	for _, half := range []Mem{low, high} {
		v := k.vec()
		VMOVDQU64(half, v)
		k.halves = append(k.halves, v)
	}
	bits := GP32()
	MOVL(U32(0xaaaaaaaa), bits)
	k.upper = K()
	KMOVD(bits, k.upper)
}

// widen sets v to the bfloat16 numbers of a register or memory. Each moves to
// the upper half of its lane, over zeros.
func (k *kernel) widen(numbers Op, v vec) {
	for i, half := range k.halves {
		emit(func() { VPERMW_Z(numbers, half, k.upper, v[i]) })
	}
}

// round returns v as bfloat16 numbers in one register.
func (s isa) round(v vec) reg.VecVirtual {
	r := s.vec()
	s.roundTo(r, v)
	return r
}

func (s isa) roundTo(r reg.VecVirtual, v vec) {
	emit(func() { evex.VCVTNE2PS2BF16(v[0].(reg.Register), v[1].(reg.Register), r) })
}

// rounded gives v the precision of numbers in rows.
func (k *kernel) rounded(v vec) {
	switch {
	case k.wideBF16():
		k.widen(k.round(v), v)
	case k.bf16:
		k.roundIntegers(v, v)
		do(and, vec{k.constant("maskBF16", U32(0xffff0000))}, v, v)
	}
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

// columns is the number of columns in a vector.
func (s isa) columns() int { return s.lanes * s.registers() }

// setCols sets the number of columns and the masks, whose lanes i are those
// with i < cols mod columns.
func (k *kernel) setCols(cols reg.GPVirtual) {
	k.cols = cols
	n, x, v := GP32(), XMM(), k.vec()
	MOVL(cols.As32(), n)
	ANDL(U8(k.columns()-1), n)
	VMOVD(n, x)
	switch {
	case k.wideBF16():
		VPBROADCASTW(x, v)
		low, high := K(), K()
		VPCMPGTW(words("wordNumbers", func(i int) int { return i }), v, low)
		KSHIFTRD(U8(k.lanes), low, high)
		k.masks = []reg.Register{low, high}
	case k.wide():
		VPBROADCASTD(x, v)
		mask := K()
		VPCMPGTD(laneNumbers(), v, mask)
		k.masks = []reg.Register{mask}
	default:
		if k.bf16 {
			k.setRest(n)
		}
		if k.apart {
			return
		}
		VPBROADCASTD(x, v)
		VPCMPGTD(laneNumbers(), v, v)
		k.masks = []reg.Register{v}
	}
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
	n := U8(unroll * k.columns())
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
	return Mem{Base: p, Index: c.i, Scale: uint8(c.size()), Disp: c.slot * c.columns() * c.size()}
}

// load returns the vector in the row at p, with zeros where masked.
func (c cursor) load(p reg.Register) vec { return c.loadAt(c.at(p)) }

func (c cursor) store(v vec, p reg.Register) { c.storeAt(v, c.at(p)) }

func (c cursor) loadAt(m Mem) vec {
	switch {
	case !c.bf16:
		return c.loadFloatsAt(m)
	case !c.wide():
		return c.loadWordsAt(m)
	}
	v := c.new()
	if !c.masked {
		c.widen(m, v)
		return v
	}
	numbers := c.vec()
	emit(func() { VMOVDQU16_Z(m, c.masks[0], numbers) })
	c.widen(numbers, v)
	return v
}

func (c cursor) storeAt(v vec, m Mem) {
	switch {
	case !c.bf16:
		c.storeFloatsAt(v, m)
	case !c.wide():
		t := c.new()
		c.roundIntegers(v, t)
		c.storeUpperAt(t, m)
	case c.masked:
		r := c.round(v)
		emit(func() { VMOVDQU16(r, c.masks[0], m) })
	default:
		r := c.round(v)
		emit(func() { VMOVDQU16(r, m) })
	}
}

// storeRoundedAt is storeAt for numbers that have their precision already.
func (c cursor) storeRoundedAt(v vec, m Mem) {
	if c.bf16 && !c.wide() {
		t := c.copyOf(v)
		c.storeUpperAt(t, m)
		return
	}
	c.storeAt(v, m)
}

// floatsAt is at for a row of float32 numbers.
func (c cursor) floatsAt(p reg.Register) Mem {
	return Mem{Base: p, Index: c.i, Scale: 4, Disp: c.slot * c.columns() * 4}
}

func (c cursor) loadFloats(p reg.Register) vec { return c.loadFloatsAt(c.floatsAt(p)) }

func (c cursor) storeFloats(v vec, p reg.Register) { c.storeFloatsAt(v, c.floatsAt(p)) }

func (c cursor) loadFloatsAt(m Mem) vec {
	v := c.new()
	for i, r := range v {
		switch from := m.Offset(i * c.lanes * 4); {
		case !c.masked:
			emit(func() { VMOVUPS(from, r) })
		case c.wide():
			emit(func() { VMOVUPS_Z(from, c.masks[i], r) })
		default:
			emit(func() { VMASKMOVPS(from, c.masks[i], r) })
		}
	}
	return v
}

func (c cursor) storeFloatsAt(v vec, m Mem) {
	for i, r := range v {
		switch to := m.Offset(i * c.lanes * 4); {
		case !c.masked:
			emit(func() { VMOVUPS(r, to) })
		case c.wide():
			emit(func() { VMOVUPS(r, c.masks[i], to) })
		default:
			emit(func() { VMASKMOVPS(r, c.masks[i], to) })
		}
	}
}

// loadFloat and storeFloat are loadFloats and storeFloats of the one register
// that a vector takes in kernels on float32 numbers only.
func (c cursor) loadFloat(p reg.Register) reg.VecVirtual { return c.loadFloats(p)[0].(reg.VecVirtual) }

func (c cursor) storeFloat(v reg.VecVirtual, p reg.Register) { c.storeFloats(vec{v}, p) }

// into computes acc = op(v, acc) in the lanes that exist.
func (c cursor) into(acc, v vec, op combiner) {
	for i, r := range v {
		switch a := acc[i].(reg.VecVirtual); {
		case !c.masked:
			op(r, a, a)
		case c.wide():
			op(r, a, c.masks[i], a)
		default:
			t := c.vec()
			op(r, a, t)
			VBLENDVPS(c.masks[i], t, a, a)
		}
	}
}

// bytes returns the size of n numbers in a row.
func (s isa) bytes(n reg.Register) reg.GPVirtual {
	r := GP64()
	MOVQ(n, r)
	SHLQ(U8(s.size()/2), r) // 2 or 4
	return r
}

// floatBytes returns the size of n float32 numbers.
func floatBytes(n reg.Register) reg.GPVirtual {
	r := GP64()
	MOVQ(n, r)
	SHLQ(U8(2), r)
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
