package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The numbers of a row or column become multiples, between -127 and 127, of a
// scale that is a 127th of the largest magnitude. They are compared as integers,
// without their signs: so NaN is the largest of all and becomes the scale.

// quantizeRowsKernel emits, for rows of k numbers, in Go
//
//	for i := range rows {
//		x, y := src[i*stride:][:k], dst[i*next:][:next] // next is k, rounded up to 64
//		scale, inverse := scaleOf(x)
//		for p, v := range x {
//			y[p] = int8(round(v * inverse))
//			start[i] -= int32(offset) * int32(y[p])
//		}
//		scales[i] = scale
//	}
//
// and fills y with zeros. The offset is there four times, in the bytes of a word.
func quantizeRowsKernel() {
	TEXT("quantizeRowsAVX512", NOSPLIT, "func(rows, k int, src *float32, stride int, dst *int8, next int, scales *float32, start *int32, offset uint32)")
	rows := Load(Param("rows"), GP64())
	k := Load(Param("k"), GP64())
	src := Load(Param("src"), GP64())
	stride := avx512.bytes("stride")
	dst := Load(Param("dst"), GP64())
	next := Load(Param("next"), GP64())
	scales := Load(Param("scales"), GP64())
	start := Load(Param("start"), GP64())
	whole := GP64()
	MOVQ(k, whole)
	ANDQ(I8(-64), whole)
	SUBQ(whole, k)
	restMasks(k)
	q := newQuantizer()
	offset := GP64()
	Load(Param("offset"), offset.As32())
	order, offsets := ZMM(), ZMM()
	VMOVDQU32(rowOrder(), order)
	VPBROADCASTD(offset.As32(), offsets)

	x, y, n := GP64(), GP64(), GP64()
	max, inverse, sum := ZMM(), ZMM(), ZMM()
	Label("row")
	VPXORD(max, max, max)
	q.eachFour("magnitude", src, x, whole, k, n, func(m [4]Mem) {
		for _, m := range m {
			v := ZMM()
			VPANDD(m, q.positive, v)
			VPMAXUD(v, max, max)
		}
	}, func(m [4]Mem) {
		for i, m := range m {
			v := ZMM()
			VPANDD_Z(m, q.positive, restMask(i), v)
			VPMAXUD(v, max, max)
		}
	})
	reduce(VPMAXUD, max)
	q.scale(max.AsX(), inverse.AsX())
	VMOVSS(max.AsX(), Mem{Base: scales})
	VBROADCASTSS(inverse.AsX(), inverse)

	VPXORD(sum, sum, sum)
	MOVQ(dst, y)
	var v [4]reg.VecVirtual
	for i := range v {
		v[i] = ZMM()
	}
	store := func() {
		packBytes(v)
		VPERMD(v[0], order, v[0])
		VPDPBUSD(v[0], offsets, sum)
		VMOVDQU32(v[0], Mem{Base: y})
		ADDQ(U8(64), y)
	}
	q.eachFour("round", src, x, whole, k, n, func(m [4]Mem) {
		for i, m := range m {
			VMULPS(m, inverse, v[i])
		}
		store()
	}, func(m [4]Mem) {
		for i, m := range m {
			VMULPS_Z(m, inverse, restMask(i), v[i])
		}
		store()
	})
	TESTQ(offset, offset)
	JZ(LabelRef("start"))
	reduce(VPADDD, sum)
	VPXORD(v[0], v[0], v[0])
	VPSUBD(sum, v[0], sum)
	Label("start")
	VMOVD(sum.AsX(), Mem{Base: start})

	ADDQ(stride, src)
	ADDQ(next, dst)
	ADDQ(U8(4), scales)
	ADDQ(U8(4), start)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// restMasks sets four masks to the vectors of n numbers, fewer than 64.
func restMasks(n reg.Register) {
	ones := GP64()
	MOVQ(I32(-1), ones)
	BZHIQ(n, ones, ones)
	for i := range 4 {
		if i > 0 {
			SHRQ(U8(16), ones)
		}
		KMOVW(ones.As32(), restMask(i))
	}
}

func restMask(i int) reg.Register { return [...]reg.Register{reg.K1, reg.K2, reg.K4, reg.K5}[i] }

// packBytes rounds four vectors to the integers of one, v[0], in the order of
// packing by words and bytes: in each 128 bits four of each.
func packBytes(v [4]reg.VecVirtual) {
	for _, v := range v {
		VCVTPS2DQ(v, v)
	}
	VPACKSSDW(v[1], v[0], v[0])
	VPACKSSDW(v[3], v[2], v[2])
	VPACKSSWB(v[2], v[0], v[0])
}

// rowOrder returns the order that makes a row of such vectors.
func rowOrder() Mem {
	m := GLOBL("rowOrder", attr.RODATA|attr.NOPTR)
	for i := range 16 {
		DATA(4*i, U32(i%4*4+i/4))
	}
	return m
}

// quantizePanelKernel emits, for the k x cols matrix src, cols at most 32, in Go
//
//	for j := range cols {
//		scale, inverse := scaleOf(column j of src)
//		for p := range k {
//			dst[p/4*128+4*j+p%4] = uint8(offset + round(src[p*stride+j] * inverse))
//		}
//		scales[j] = scale
//	}
//
// Where src ends before the last four rows or the panel do, it is zero. The offset
// is 0 or 128, four times.
func quantizePanelKernel() {
	TEXT("quantizePanelAVX512", NOSPLIT, "func(k, cols int, src *float32, stride int, dst *uint8, scales *float32, offset uint32)")
	k := Load(Param("k"), GP64())
	cols := Load(Param("cols"), GP64())
	columnMasks(cols)
	src := Load(Param("src"), GP64())
	stride := avx512.bytes("stride")
	dst := Load(Param("dst"), GP64())
	scales := Load(Param("scales"), GP64())
	q := newQuantizer()

	x, n := GP64(), GP64()
	var max, inverse [2]reg.VecVirtual
	for v := range max {
		max[v], inverse[v] = ZMM(), ZMM()
		VPXORD(max[v], max[v], max[v])
	}
	MOVQ(src, x)
	MOVQ(k, n)
	Label("magnitude")
	for v := range max {
		row := ZMM()
		VPANDD_Z(Mem{Base: x, Disp: 64 * v}, q.positive, columnMask(v), row)
		VPMAXUD(row, max[v], max[v])
	}
	ADDQ(stride, x)
	DECQ(n)
	JNZ(LabelRef("magnitude"))
	for v := range max {
		q.scale(max[v], inverse[v])
		VMOVUPS(max[v], columnMask(v), Mem{Base: scales, Disp: 64 * v})
	}

	order, offset := ZMM(), ZMM()
	VBROADCASTI32X4(quadOrder(), order)
	VPBROADCASTD(Load(Param("offset"), GP32()), offset)
	quad := func(rows int) {
		for v := range inverse {
			var r [4]reg.VecVirtual
			MOVQ(src, x)
			for i := range r {
				r[i] = ZMM()
				if i >= rows {
					VPXORD(r[i], r[i], r[i])
					continue
				}
				VMULPS_Z(Mem{Base: x, Disp: 64 * v}, inverse[v], columnMask(v), r[i])
				ADDQ(stride, x)
			}
			packBytes(r)
			VPSHUFB(order, r[0], r[0])
			VPXORD(offset, r[0], r[0])
			VMOVDQU32(r[0], Mem{Base: dst, Disp: 64 * v})
		}
	}
	SUBQ(U8(4), k)
	JLT(LabelRef("last"))
	Label("quad")
	quad(4)
	MOVQ(x, src)
	ADDQ(I32(128), dst)
	SUBQ(U8(4), k)
	JGE(LabelRef("quad"))
	Label("last")
	for rows := 3; rows > 0; rows-- {
		skip := "below" + string(rune('0'+rows))
		CMPQ(k, I8(int8(rows-4)))
		JNE(LabelRef(skip))
		quad(rows)
		Label(skip)
	}
	VZEROUPPER()
	RET()
}

// quadOrder returns the order that makes quads of them, one for each number of a
// vector.
func quadOrder() Mem {
	m := GLOBL("quadOrder", attr.RODATA|attr.NOPTR)
	for i := range 4 {
		DATA(4*i, U32(0x0c080400+0x01010101*uint32(i)))
	}
	return m
}

// constants are the addresses of those emitted.
var constants = map[string]Mem{}

// words returns the address of one 32-bit constant.
func words(name string, w uint32) Mem {
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, attr.RODATA|attr.NOPTR)
	DATA(0, U32(w))
	constants[name] = m
	return m
}

// A quantizer holds constants.
type quantizer struct {
	positive              reg.VecVirtual // all bits but the sign
	steps, smallest, zero Mem
}

func newQuantizer() quantizer {
	q := quantizer{
		positive: ZMM(),
		steps:    words("quantizeSteps", math.Float32bits(127)),
		smallest: words("quantizeSmallest", math.Float32bits(0x1p-100)),
		zero:     words("quantizeZero", 0),
	}
	VPBROADCASTD(words("quantizePositive", 0x7fffffff), q.positive)
	return q
}

// scale turns the largest magnitude into the scale and sets its inverse. Both
// are zero where there is next to nothing to scale, and the inverse would be
// infinite. Adding zero times the scale makes NaN of infinity.
func (q quantizer) scale(max, inverse reg.Register) {
	any := reg.K3
	VBROADCASTSS(q.steps, inverse)
	VCMPPS_BCST(U8(5), q.smallest, max, any) // not less than
	VDIVPS_Z(max, inverse, any, inverse)
	VDIVPS_BCST_Z(q.steps, max, any, max)
	VFMADD132PS_BCST(q.zero, max, max)
}

// eachFour emits a loop over whole fours of vectors from src on, whose address is
// in x, and what there is to do for the rest, if there is one.
func (q quantizer) eachFour(name string, src, x, whole, rest, n reg.Register, body, last func(m [4]Mem)) {
	var m [4]Mem
	for i := range m {
		m[i] = Mem{Base: x, Disp: 64 * i}
	}
	MOVQ(src, x)
	MOVQ(whole, n)
	TESTQ(n, n)
	JZ(LabelRef(name + "Rest"))
	Label(name)
	body(m)
	ADDQ(I32(256), x)
	SUBQ(U8(64), n)
	JNZ(LabelRef(name))
	Label(name + "Rest")
	TESTQ(rest, rest)
	JZ(LabelRef(name + "Done"))
	last(m)
	Label(name + "Done")
}

// reduce combines the 16 integers of v in its first.
func reduce(op func(...Op), v reg.VecVirtual) {
	t := ZMM()
	VEXTRACTI64X4(U8(1), v, t.AsY())
	op(t, v, v)
	VEXTRACTI32X4(U8(1), v, t.AsX())
	op(t, v, v)
	VPSHUFD(U8(0x4e), v, t)
	op(t, v, v)
	VPSHUFD(U8(0xb1), v, t)
	op(t, v, v)
}
