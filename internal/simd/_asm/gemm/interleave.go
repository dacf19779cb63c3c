package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// interleaveKernel emits the packing of up to 32 columns of a matrix of 16-bit
// numbers into pairs of rows, in Go
//
//	for p := range (rows + 1) / 2 {
//		for j := range 32 {
//			dst[p*step+2*j] = src[2*p*stride+j]
//			dst[p*step+2*j+1] = src[(2*p+1)*stride+j]
//		}
//	}
//
// where src is zero beyond its rows and columns. Only pairs of columns that
// exist are written.
func interleaveKernel() {
	TEXT("interleaveAVX512", NOSPLIT, "func(rows, cols int, src *uint16, stride int, dst *uint16, step int)")
	rows := Load(Param("rows"), GP64())
	cols := Load(Param("cols"), GP64())
	ones, all, low, high := GP64(), reg.K1, reg.K2, reg.K3
	MOVQ(I32(-1), ones)
	BZHIQ(cols, ones, ones)
	KMOVD(ones.As32(), all)
	KMOVW(ones.As32(), low)
	KSHIFTRD(U8(16), all, high)

	src := Load(Param("src"), GP64())
	stride := avx512BF16.bytes("stride")
	dst := Load(Param("dst"), GP64())
	step := avx512BF16.bytes("step")
	order := [2]reg.VecVirtual{ZMM(), ZMM()}
	VMOVDQU16(interleaving("interleaveLow", 0), order[0])
	VMOVDQU16(interleaving("interleaveHigh", 16), order[1])
	even, odd, first := ZMM(), ZMM(), ZMM()
	store := func() {
		VMOVDQA64(even, first)
		VPERMT2W(odd, order[0], first)
		VPERMT2W(odd, order[1], even)
		VMOVDQU32(first, low, Mem{Base: dst})
		VMOVDQU32(even, high, Mem{Base: dst, Disp: 64})
	}

	SUBQ(U8(2), rows)
	JLT(LabelRef("last"))
	Label("pair")
	VMOVDQU16_Z(Mem{Base: src}, all, even)
	VMOVDQU16_Z(Mem{Base: src, Index: stride, Scale: 1}, all, odd)
	store()
	LEAQ(Mem{Base: src, Index: stride, Scale: 2}, src)
	ADDQ(step, dst)
	SUBQ(U8(2), rows)
	JGE(LabelRef("pair"))
	Label("last")
	ADDQ(U8(2), rows)
	JZ(LabelRef("done"))
	VMOVDQU16_Z(Mem{Base: src}, all, even)
	VPXORD(odd, odd, odd)
	store()
	Label("done")
	VZEROUPPER()
	RET()
}

// interleaving returns the address of the numbers of the words that make up 16
// pairs from word on, words 32 and up being those of the second row.
func interleaving(name string, word int) Mem {
	m := GLOBL(name, attr.RODATA|attr.NOPTR)
	for i := range 16 {
		DATA(4*i, U32((word+i)|(word+i+32)<<16))
	}
	return m
}
