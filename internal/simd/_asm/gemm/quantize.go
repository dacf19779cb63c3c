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
//		x, y := src[i*stride:][:k], dst[i*next:][:next] // next is k, rounded up to fours
//		scale, inverse := scaleOf(x)
//		for p, v := range x {
//			y[p] = int8(round(v * inverse))
//			start[i] -= 128 * int32(y[p])
//		}
//		scales[i] = scale
//	}
//
// and fills y with zeros.
func quantizeRowsKernel() {
	TEXT("quantizeRowsAVX512", NOSPLIT, "func(rows, k int, src *float32, stride int, dst *int8, next int, scales *float32, start *int32)")
	rows := Load(Param("rows"), GP64())
	k := Load(Param("k"), GP64())
	src := Load(Param("src"), GP64())
	stride := avx512.bytes("stride")
	dst := Load(Param("dst"), GP64())
	next := Load(Param("next"), GP64())
	scales := Load(Param("scales"), GP64())
	start := Load(Param("start"), GP64())
	whole, numbers, bytes := GP64(), reg.K1, reg.K2
	MOVQ(k, whole)
	ANDQ(I8(-16), whole)
	lowBits(numbers, k, whole)
	lowBits(bytes, next, whole)
	q := newQuantizer()

	x, y, n := GP64(), GP64(), GP64()
	max, inverse, sum := ZMM(), ZMM(), ZMM()
	Label("row")
	VPXORD(max, max, max)
	q.eachVector("magnitude", src, x, whole, n, func() {
		q.magnitude(Mem{Base: x}, max)
	}, func() {
		last := ZMM()
		VPANDD_Z(Mem{Base: x}, q.positive, numbers, last)
		VPMAXUD(last, max, max)
	})
	reduce(VPMAXUD, max)
	VPBROADCASTD(max.AsX(), max)
	q.scale(max, inverse)
	VMOVSS(max.AsX(), Mem{Base: scales})

	VPXORD(sum, sum, sum)
	MOVQ(dst, y)
	v := ZMM()
	store := func() {
		VCVTPS2DQ(v, v)
		VPADDD(v, sum, sum)
	}
	q.eachVector("round", src, x, whole, n, func() {
		VMULPS(Mem{Base: x}, inverse, v)
		store()
		VPMOVDB(v, Mem{Base: y})
		ADDQ(U8(16), y)
	}, func() {
		VMULPS_Z(Mem{Base: x}, inverse, numbers, v)
		store()
		VPMOVDB(v, bytes, Mem{Base: y})
	})
	reduce(VPADDD, sum)
	VPSLLD(U8(7), sum, sum)
	VPXORD(v, v, v)
	VPSUBD(sum, v, sum)
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

// lowBits sets the lowest n - from bits of a mask.
func lowBits(mask, n, from reg.Register) {
	count, ones := GP64(), GP64()
	MOVQ(n, count)
	SUBQ(from, count)
	MOVQ(I32(-1), ones)
	BZHIQ(count, ones, ones)
	KMOVW(ones.As32(), mask)
}

// quantizePanelKernel emits, for the k x cols matrix src, cols at most 32, in Go
//
//	for j := range cols {
//		scale, inverse := scaleOf(column j of src)
//		for p := range k {
//			dst[p/4*128+4*j+p%4] = uint8(128 + round(src[p*stride+j] * inverse))
//		}
//		scales[j] = scale
//	}
//
// Where src ends before the last four rows or the panel do, it is zero.
func quantizePanelKernel() {
	TEXT("quantizePanelAVX512", NOSPLIT, "func(k, cols int, src *float32, stride int, dst *uint8, scales *float32)")
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

	order, flip := ZMM(), ZMM()
	VBROADCASTI32X4(quadOrder(), order)
	VPBROADCASTD(words("signs", 0x80808080), flip)
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
				VCVTPS2DQ(r[i], r[i])
				ADDQ(stride, x)
			}
			VPACKSSDW(r[1], r[0], r[0])
			VPACKSSDW(r[3], r[2], r[2])
			VPACKSSWB(r[2], r[0], r[0])
			VPSHUFB(order, r[0], r[0])
			VPXORD(flip, r[0], r[0])
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

// quadOrder returns the order in which packing by words and bytes leaves the
// numbers of four vectors, per 128 bits: four of each.
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
	positive        reg.VecVirtual // all bits but the sign
	steps, smallest Mem
}

func newQuantizer() quantizer {
	q := quantizer{
		positive: ZMM(),
		steps:    words("quantizeSteps", math.Float32bits(127)),
		smallest: words("quantizeSmallest", math.Float32bits(0x1p-100)),
	}
	VPBROADCASTD(words("quantizePositive", 0x7fffffff), q.positive)
	return q
}

// magnitude makes max the larger of itself and the magnitude of what is at m.
func (q quantizer) magnitude(m Mem, max reg.VecVirtual) {
	v := ZMM()
	VPANDD(m, q.positive, v)
	VPMAXUD(v, max, max)
}

// scale turns the largest magnitude into the scale and sets its inverse. Both
// are zero where there is next to nothing to scale, and the inverse would be
// infinite.
func (q quantizer) scale(max, inverse reg.VecVirtual) {
	steps, any := ZMM(), reg.K3
	VBROADCASTSS(q.steps, steps)
	VCMPPS_BCST(U8(5), q.smallest, max, any) // not less than
	VDIVPS_Z(max, steps, any, inverse)
	VDIVPS_Z(steps, max, any, max)
}

// eachVector emits a loop over whole vectors from src on, whose address is in
// x, and what there is to do for the rest.
func (q quantizer) eachVector(name string, src, x, whole, n reg.Register, body, rest func()) {
	MOVQ(src, x)
	MOVQ(whole, n)
	TESTQ(n, n)
	JZ(LabelRef(name + "Rest"))
	Label(name)
	body()
	ADDQ(U8(64), x)
	SUBQ(U8(16), n)
	JNZ(LabelRef(name))
	Label(name + "Rest")
	rest()
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
