package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packRunsKernel emits the copy of rows of a matrix into panels of w columns,
// in Go
//
//	for p := range rows {
//		for t := range panels {
//			copy(dst[p*w+t*next:][:w], src[p*stride+t*w:])
//		}
//	}
//
// AVX2 is enough for it: memory bounds its speed.
func packRunsKernel(w int) {
	TEXT(fmt.Sprintf("packRuns%dAVX2", w), NOSPLIT, "func(rows, panels int, src *float32, stride int, dst *float32, next int)")
	rows := Load(Param("rows"), GP64())
	panels := Load(Param("panels"), GP64())
	src := Load(Param("src"), GP64())
	stride := avx2.bytes("stride")
	dst := Load(Param("dst"), GP64())
	next := avx2.bytes("next")

	from, to, n := GP64(), GP64(), GP64()
	Label("row")
	MOVQ(src, from)
	MOVQ(dst, to)
	MOVQ(panels, n)
	Label("panel")
	copyRun(from, to, w)
	ADDQ(U8(4*w), from)
	ADDQ(next, to)
	DECQ(n)
	JNZ(LabelRef("panel"))
	ADDQ(stride, src)
	ADDQ(U8(4*w), dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// copyRun copies w floats by the widest moves that fit.
func copyRun(from, to reg.Register, w int) {
	for i := 0; i < w; {
		src, dst := Mem{Base: from, Disp: 4 * i}, Mem{Base: to, Disp: 4 * i}
		switch {
		case w-i >= 8:
			v := YMM()
			VMOVUPS(src, v)
			VMOVUPS(v, dst)
			i += 8
		case w-i >= 4:
			v := XMM()
			VMOVUPS(src, v)
			VMOVUPS(v, dst)
			i += 4
		default:
			v := XMM()
			VMOVSD(src, v)
			VMOVSD(v, dst)
			i += 2
		}
	}
}

// transposeKernel emits the transposition of eight rows, 8·blocks long, in Go
//
//	for p := range 8 * blocks {
//		for i := range 8 {
//			dst[p*w+i] = src[i*stride+p]
//		}
//	}
//
// in squares of 8 x 8: pairs of rows are interleaved, then pairs of pairs,
// then the halves of the registers.
func transposeKernel() {
	TEXT("transpose8AVX2", NOSPLIT, "func(blocks int, src *float32, stride int, dst *float32, w int)")
	blocks := Load(Param("blocks"), GP64())
	src := Load(Param("src"), GP64())
	row := oddMultiples(avx2.bytes("stride"), 8)
	dst := Load(Param("dst"), GP64())
	column := oddMultiples(avx2.bytes("w"), 8)

	Label("block")
	out := transposeHalves(transposePairs(loadRows(src, row)))
	for i, v := range out {
		VMOVUPS(v, rowAddress(dst, column, i))
	}
	ADDQ(U8(32), src)
	LEAQ(Mem{Base: dst, Index: column[1], Scale: 8}, dst)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// loadRows returns registers i and i+4 of the square with rows i of its left
// half and i+4 of its right one in their upper lanes: v[i] holds numbers 0 to 3
// of rows i and i+4, v[i+4] numbers 4 to 7.
func loadRows(src reg.Register, row []reg.GPVirtual) (v [8]reg.VecVirtual) {
	for i := range 4 {
		for half := range 2 {
			low, high := rowAddress(src, row, i), rowAddress(src, row, i+4)
			low.Disp, high.Disp = 16*half, 16*half
			r := YMM()
			VMOVUPS(low, r.AsX())
			VINSERTF128(U8(1), high, r, r)
			v[i+4*half] = r
		}
	}
	return v
}

// transposePairs interleaves rows 0 with 1 and 2 with 3 of both halves. AVX2 has
// 16 registers, so one of each pair is written over.
func transposePairs(v [8]reg.VecVirtual) (u [8]reg.VecVirtual) {
	for i := 0; i < 8; i += 2 {
		u[i], u[i+1] = YMM(), v[i+1]
		VUNPCKLPS(v[i+1], v[i], u[i])
		VUNPCKHPS(v[i+1], v[i], u[i+1])
	}
	return u
}

// transposeHalves joins the pairs of rows 0, 1 and 2, 3 to columns.
func transposeHalves(u [8]reg.VecVirtual) (w [8]reg.VecVirtual) {
	for i := 0; i < 8; i += 4 {
		w[i], w[i+1], w[i+2], w[i+3] = YMM(), u[i+2], YMM(), u[i+3]
		VUNPCKLPD(u[i+2], u[i], w[i])
		VUNPCKHPD(u[i+2], u[i], w[i+1])
		VUNPCKLPD(u[i+3], u[i+1], w[i+2])
		VUNPCKHPD(u[i+3], u[i+1], w[i+3])
	}
	return w
}
