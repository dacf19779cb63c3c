package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/rereadml/reread/internal/simd/_asm/evex"
)

// The tiles of AMX: two by two of sums, two of the left operand and two of the
// right one, so that four products take four loads. gemm_amd64.go gives them
// their shapes.
const (
	amxLeft  evex.Tile = 4
	amxRight evex.Tile = 6
)

func amxSum(row, col int) evex.Tile { return evex.Tile(2*row + col) }

const (
	amxHeight   = 16            // rows of a tile
	amxBlock    = 2 * amxHeight // rows and columns of a block of sums
	amxWidth    = 64            // bytes in a row of a tile: 32 bfloat16 numbers or 64 integers on the left
	amxRowBytes = 2 * amxWidth  // in a row of a right panel, and of a block of sums
)

// amxPairs emits the product of rows of the left operand, in blocks of 32, by a
// panel of 32 columns of the right one: steps times 32 numbers along k. Rows of
// the left operand are ars bytes apart, those of c ldc. The sums of a block go
// through memory that stays in the first-level cache, to be added and rounded
// there as the mode says.
func amxPairs() {
	TEXT("tileAMX", 0, "func(config *byte, rows, cols, steps int, a *uint16, ars int, b *uint16, c *byte, ldc int, mode uint8)")
	k := newAMX(evex.TDPBF16PS)
	k.blocks(func(n, p reg.Register) {
		mode := Load(Param("mode"), GP8())
		TESTB(U8(modeBF16), mode)
		JNZ(LabelRef("halves"))
		k.each("float", n, p, mode, k.addFloats, k.storeFloats)
		JMP(LabelRef("next"))
		Label("halves")
		k.each("half", n, p, mode, k.addHalves, k.storeHalves)
	})
}

// amxQuads emits the same for steps times 64 signed integers. A block's sums are
// multiplied by the scales of their rows, at left, and columns, at right.
func amxQuads() {
	TEXT("tileAMXInt8", 0, "func(config *byte, rows, cols, steps int, a *int8, ars int, b *uint8, c *float32, ldc int, left, right *float32, add bool)")
	k := newAMX(evex.TDPBSSD)
	left, right := Load(Param("left"), GP64()), GP64()
	Load(Param("right"), right)
	scales := [2]reg.VecVirtual{ZMM(), ZMM()}
	for v, scale := range scales {
		VMOVUPS_Z(Mem{Base: right, Disp: v * amxWidth}, columnMask(v), scale)
	}
	k.load = func(sums Mem, v int, sum reg.VecVirtual) {
		VCVTDQ2PS(sums, sum)
		VMULPS_BCST(Mem{Base: left}, sum, sum)
		VMULPS(scales[v], sum, sum)
	}
	k.down = func() { ADDQ(U8(4), left) }
	k.blocks(func(n, p reg.Register) {
		mode := Load(Param("add"), GP8())
		k.each("float", n, p, mode, k.addFloats, k.storeFloats)
	})
}

// newAMX loads the arguments that all products have, and sets up the tiles.
func newAMX(multiply func(right, left, sum evex.Tile)) *amx {
	k := &amx{
		multiply: multiply, sums: alignedLocal(amxBlock * amxRowBytes),
		rows: Load(Param("rows"), GP64()), cols: Load(Param("cols"), GP64()),
		a: Load(Param("a"), GP64()), ars: Load(Param("ars"), GP64()),
		c: Load(Param("c"), GP64()), ldc: Load(Param("ldc"), GP64()), apart: GP64(),
		load: func(sums Mem, _ int, sum reg.VecVirtual) { VMOVUPS(sums, sum) },
		down: func() {},
	}
	columnMasks(k.cols)
	config := Load(Param("config"), GP64())
	evex.LDTILECFG(Mem{Base: config})
	MOVQ(U32(amxRowBytes), k.apart)
	return k
}

// blocks emits the loop over blocks of rows; finish what becomes of n rows of
// sums from p on. All tiles are set up in the function and given back, so they are
// never in use while the goroutine can move to another thread.
func (k *amx) blocks(finish func(n, p reg.Register)) {
	Label("block")
	k.prefetch()
	CMPQ(k.cols, U8(amxHeight))
	JLE(LabelRef("narrow"))
	k.sizes(2)
	Label("narrow")
	k.sizes(1)
	k.finish(finish)
	evex.TILERELEASE()
	VZEROUPPER()
	RET()
}

// alignedLocal returns the address of a part of the frame that begins a cache
// line.
func alignedLocal(size int) reg.Register {
	p := GP64()
	LEAQ(AllocLocal(size+amxWidth), p)
	ADDQ(U8(amxWidth-1), p)
	ANDQ(I8(-amxWidth), p)
	return p
}

// amx is a kernel, with its registers.
type amx struct {
	multiply                         func(right, left, sum evex.Tile)
	load                             func(sums Mem, v int, sum reg.VecVirtual) // a vector of a row of sums
	down                             func()                                    // to the next row
	sums, rows, cols, a, ars, c, ldc reg.Register
	apart                            reg.GPVirtual // the rows of sums and of right tiles
}

// prefetch asks for a block of c, which is needed at the end: its rows lie on
// different pages. Where sums are short that takes longer than it saves. Rows
// that do not exist are harmless.
func (k *amx) prefetch() {
	p, n := GP64(), GP64()
	CMPQ(Load(Param("steps"), n), U8(8))
	JLT(LabelRef("start"))
	MOVQ(k.c, p)
	MOVQ(U32(amxBlock/4), n)
	Label("prefetch")
	for range 4 {
		PREFETCHT0(Mem{Base: p})
		PREFETCHT0(Mem{Base: p, Disp: 64})
		ADDQ(k.ldc, p)
	}
	DECQ(n)
	JNZ(LabelRef("prefetch"))
	Label("start")
}

// sizes emits the products for one or two tiles of rows.
func (k *amx) sizes(cols int) {
	one := fmt.Sprintf("rows1cols%d", cols)
	CMPQ(k.rows, U8(amxHeight))
	JLE(LabelRef(one))
	k.product(2, cols)
	JMP(LabelRef("finish"))
	Label(one)
	k.product(1, cols)
	if cols > 1 {
		JMP(LabelRef("finish"))
	}
}

// product emits the sums of a block of so many tiles.
func (k *amx) product(rows, cols int) {
	label := fmt.Sprintf("steps%dx%d", rows, cols)
	left := []reg.Register{GP64(), GP64()}
	MOVQ(k.a, left[0])
	if rows > 1 {
		MOVQ(k.ars, left[1])
		SHLQ(U8(4), left[1])
		ADDQ(k.a, left[1])
	}
	right, n := Load(Param("b"), GP64()), Load(Param("steps"), GP64())
	for i := range rows {
		for j := range cols {
			evex.TILEZERO(amxSum(i, j))
		}
	}
	Label(label)
	for j := range cols {
		evex.TILELOADD(Mem{Base: right, Index: k.apart, Scale: 1, Disp: j * amxWidth}, amxRight+evex.Tile(j))
	}
	for i := range rows {
		evex.TILELOADD(Mem{Base: left[i], Index: k.ars, Scale: 1}, amxLeft+evex.Tile(i))
		for j := range cols {
			k.multiply(amxRight+evex.Tile(j), amxLeft+evex.Tile(i), amxSum(i, j))
		}
		ADDQ(U8(amxWidth), left[i])
	}
	ADDQ(U32(amxHeight*amxRowBytes), right)
	DECQ(n)
	JNZ(LabelRef(label))
	k.store(rows, cols)
}

// store writes the sums to memory.
func (k *amx) store(rows, cols int) {
	p := GP64()
	MOVQ(k.sums, p)
	for i := range rows {
		for j := range cols {
			evex.TILESTORED(amxSum(i, j), Mem{Base: p, Index: k.apart, Scale: 1, Disp: j * amxWidth})
		}
		if i+1 < rows {
			ADDQ(U32(amxHeight*amxRowBytes), p)
		}
	}
}

// finish emits what becomes of the sums of a block, row by row, and the way to
// the next block.
func (k *amx) finish(rows func(n, p reg.Register)) {
	Label("finish")
	n, p := GP64(), GP64()
	MOVQ(k.sums, p)
	MOVQ(U32(amxBlock), n)
	CMPQ(k.rows, n)
	CMOVQLT(k.rows, n)
	SUBQ(n, k.rows)
	rows(n, p)
	Label("next")
	MOVQ(k.ars, p)
	SHLQ(U8(5), p)
	ADDQ(p, k.a)
	CMPQ(k.rows, U8(0))
	JNE(LabelRef("block"))
}

// each emits the loops over n rows of sums from p on, with and without addition
// of what is at c.
func (k *amx) each(name string, n, p, mode reg.Register, add, store func(sums [2]reg.VecVirtual)) {
	TESTB(U8(modeAdd), mode)
	JZ(LabelRef(name))
	k.rowsOf(name+"Add", n, p, func(sums [2]reg.VecVirtual) {
		add(sums)
		store(sums)
	})
	JMP(LabelRef("next"))
	k.rowsOf(name, n, p, store)
}

func (k *amx) rowsOf(label string, n, p reg.Register, f func(sums [2]reg.VecVirtual)) {
	Label(label)
	sums := [2]reg.VecVirtual{ZMM(), ZMM()}
	for v, sum := range sums {
		k.load(Mem{Base: p, Disp: v * amxWidth}, v, sum)
	}
	f(sums)
	k.down()
	ADDQ(U32(amxRowBytes), p)
	ADDQ(k.ldc, k.c)
	DECQ(n)
	JNZ(LabelRef(label))
}

func (k *amx) addFloats(sums [2]reg.VecVirtual) {
	for v, sum := range sums {
		VADDPS_Z(Mem{Base: k.c, Disp: v * amxWidth}, sum, columnMask(v), sum)
	}
}

func (k *amx) storeFloats(sums [2]reg.VecVirtual) {
	for v, sum := range sums {
		VMOVUPS(sum, columnMask(v), Mem{Base: k.c, Disp: v * amxWidth})
	}
}

func (k *amx) addHalves(sums [2]reg.VecVirtual) {
	for v, sum := range sums {
		old := ZMM()
		VPMOVZXWD_Z(Mem{Base: k.c, Disp: v * amxWidth / 2}, columnMask(v), old)
		VPSLLD(U8(16), old, old)
		VADDPS(old, sum, sum)
	}
}

func (k *amx) storeHalves(sums [2]reg.VecVirtual) {
	evex.VCVTNE2PS2BF16(sums[0], sums[1], sums[0])
	VMOVDQU16(sums[0], columnMask(0), Mem{Base: k.c}) // whose upper half is that of column 16 on
}

// amxCeiling emits a loop of nothing but products, in as many chains as there
// are sums in the kernel.
func amxCeiling(name string, multiply func(right, left, sum evex.Tile)) {
	TEXT("ceilingTiles"+name, NOSPLIT, "func(config *byte, n int)")
	config, n := Load(Param("config"), GP64()), Load(Param("n"), GP64())
	evex.LDTILECFG(Mem{Base: config})
	for t := range evex.Tile(8) {
		evex.TILEZERO(t)
	}
	Label("loop")
	for i := range 2 {
		for j := range 2 {
			multiply(amxRight+evex.Tile(j), amxLeft+evex.Tile(i), amxSum(i, j))
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	evex.TILERELEASE()
	RET()
}
