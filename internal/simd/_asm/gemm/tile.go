package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/rereadml/reread/internal/simd/_asm/evex"
)

// tileKernel emits the microkernel, in Go
//
//	for p := range k {
//		for i := range rows {
//			for j := range cols {
//				sum[i][j] += a[i*ars+p*acs] * b[p*bs+j]
//			}
//		}
//	}
//
// and then c[i*ldc+j] = sum[i][j], or += with add. There is one loop for each
// number of rows and of vectors, so a tile at the edge of the matrix costs
// only what it holds.
//
// With pairs c holds float32 or bfloat16 numbers, as the mode says, and ldc is
// in bytes. With quads sum[i] starts at start[i], and what is stored or added
// is sum[i][j] * left[i] * right[j].
func tileKernel(s isa) {
	TEXT("tile"+s.name, NOSPLIT, s.signature())
	rows := Load(Param("rows"), GP64())
	cols := Load(Param("cols"), GP64())
	if s.masked {
		columnMasks(cols)
	}
	CMPQ(cols, U8(s.lanes))
	JLE(LabelRef(s.label(s.rows, 1)))
	for vecs := s.vecs; vecs > 0; vecs-- {
		for r := s.rows; r > 0; r-- {
			Label(s.label(r, vecs))
			if r > 1 {
				CMPQ(rows, U8(r))
				JNE(LabelRef(s.label(r-1, vecs)))
			}
			t := tile{isa: s, label: s.label(r, vecs), rows: r, vecs: vecs}
			t.emit()
		}
	}
}

func (s isa) signature() string {
	a, b, c, how := "*float32", "*float32", "*float32", "add bool"
	switch {
	case s.pairs:
		a, b, c, how = "*uint16", "*uint16", "*byte", "mode uint8"
	case s.quads:
		a, b, how = "*int8", "*uint8", "start *int32, left, right *float32, add bool"
	}
	return fmt.Sprintf("func(rows, cols, k int, a %s, ars, acs int, b %s, bs int, c %s, ldc int, %s)", a, b, c, how)
}

func (s isa) label(rows, vecs int) string { return fmt.Sprintf("rows%dvecs%d", rows, vecs) }

// A tile is the code for one tile size.
type tile struct {
	isa
	label      string
	rows, vecs int
}

func (t tile) emit() {
	t.prefetch()
	t.product()
	if t.pairs {
		mode := Load(Param("mode"), GP8())
		TESTB(U8(modeBF16), mode)
		JNZ(LabelRef(t.label + "bf16"))
		t.finish("", func() {
			TESTB(U8(modeAdd), mode)
		}, t.add, t.store)
		Label(t.label + "bf16")
		t.finish("bf16", func() {
			TESTB(U8(modeAdd), mode)
		}, t.addBF16, t.storeBF16)
		return
	}
	if t.quads {
		t.scale()
	}
	t.finish("", func() {
		add := Load(Param("add"), GP8())
		TESTB(add, add)
	}, t.add, t.store)
}

// The bits of a mode: the product is added to c, whose numbers are bfloat16.
const (
	modeAdd  = 1
	modeBF16 = 2
)

// ldc returns the distance of c's rows in bytes.
func (t tile) ldc() reg.Register {
	if t.pairs {
		return Load(Param("ldc"), GP64())
	}
	return avx512.bytes("ldc")
}

// finish emits what follows the loop: unless test leaves zero, what is at c is
// added to the sums; then they are stored there.
func (t tile) finish(name string, test func(), add, store func(row, vec int, p reg.Register)) {
	c, ldc := Load(Param("c"), GP64()), t.ldc()
	test()
	JZ(LabelRef(t.label + name + "store"))
	p := GP64()
	MOVQ(c, p)
	t.each(p, ldc, add)
	Label(t.label + name + "store")
	t.each(c, ldc, store)
	VZEROUPPER()
	RET()
}

// each emits f for every vector of the tile, p walking down its rows.
func (t tile) each(p, ldc reg.Register, f func(row, vec int, p reg.Register)) {
	for i := range t.rows {
		for v := range t.vecs {
			f(i, v, p)
		}
		ADDQ(ldc, p)
	}
}

func (t tile) add(row, v int, p reg.Register) {
	sum := t.sum(row, v)
	if t.masked {
		VADDPS_Z(t.at(p, v), sum, columnMask(v), sum)
	} else {
		VADDPS(t.at(p, v), sum, sum)
	}
}

func (t tile) store(row, v int, p reg.Register) {
	if t.masked {
		VMOVUPS(t.sum(row, v), columnMask(v), t.at(p, v))
	} else {
		VMOVUPS(t.sum(row, v), t.at(p, v))
	}
}

// atBF16 is at for a vector of bfloat16 numbers.
func (t tile) atBF16(p reg.Register, v int) Mem { return Mem{Base: p, Disp: v * t.lanes * 2} }

// Once the loop is done, the registers of the operands are free.

func (t tile) addBF16(row, v int, p reg.Register) {
	sum, old := t.sum(row, v), t.left(row)
	VPMOVZXWD_Z(t.atBF16(p, v), columnMask(v), old)
	VPSLLD(U8(16), old, old)
	VADDPS(old, sum, sum)
}

func (t tile) storeBF16(row, v int, p reg.Register) {
	rounded := t.left(row).(reg.Vec).AsY().(reg.Physical)
	evex.VCVTNEPS2BF16(t.sum(row, v), rounded)
	VMOVDQU16(rounded, columnMask(v), t.atBF16(p, v))
}

// prefetch asks for the tile of c, which is needed at the end. Its rows lie on
// different pages, and the loop is too long for the CPU to look beyond it.
func (t tile) prefetch() {
	c, ldc := Load(Param("c"), GP64()), t.ldc()
	for range t.rows {
		for v := 0; v < t.vecs; v += 64 / (4 * t.lanes) {
			PREFETCHT0(t.at(c, v))
		}
		ADDQ(ldc, c)
	}
}

// product emits the loop over k.
func (t tile) product() {
	k := Load(Param("k"), GP64())
	a := Load(Param("a"), GP64())
	row := oddMultiples(t.bytes("ars"), t.rows)
	acs := t.bytes("acs")
	b := Load(Param("b"), GP64())
	bs := t.bytes("bs")
	t.start()
	Label(t.label + "loop")
	for v := range t.vecs {
		VMOVUPS(t.at(b, v), t.right(v))
	}
	for i := range t.rows {
		VBROADCASTSS(rowAddress(a, row, i), t.left(i))
		for v := range t.vecs {
			t.multiplyAdd(t.right(v), t.left(i), t.sum(i, v))
		}
	}
	ADDQ(bs, b)
	ADDQ(acs, a)
	DECQ(k)
	JNZ(LabelRef(t.label + "loop"))
}

// start sets the sums.
func (t tile) start() {
	var start reg.Register
	if t.quads {
		start = Load(Param("start"), GP64())
	}
	for i := range t.rows {
		for v := range t.vecs {
			sum := t.sum(i, v)
			if t.quads {
				VPBROADCASTD(Mem{Base: start, Disp: 4 * i}, sum)
			} else {
				VXORPS(sum, sum, sum)
			}
		}
	}
}

// scale turns sums of integers into the numbers that they stand for.
func (t tile) scale() {
	left, right := Load(Param("left"), GP64()), Load(Param("right"), GP64())
	for v := range t.vecs {
		VMOVUPS_Z(t.at(right, v), columnMask(v), t.right(v))
	}
	for i := range t.rows {
		for v := range t.vecs {
			sum := t.sum(i, v)
			VCVTDQ2PS(sum, sum)
			VMULPS_BCST(Mem{Base: left, Disp: 4 * i}, sum, sum)
			VMULPS(t.right(v), sum, sum)
		}
	}
}

// An address scales its index by 1, 2, 4 or 8, so row i = odd·2^e needs only
// the odd multiple of the row distance in a register.
func rowAddress(base reg.Register, row []reg.GPVirtual, i int) Mem {
	if i == 0 {
		return Mem{Base: base}
	}
	scale := uint8(i & -i)
	return Mem{Base: base, Index: row[i/int(scale)], Scale: scale}
}

// oddMultiples returns registers holding the odd multiples of s below n.
func oddMultiples(s reg.GPVirtual, n int) []reg.GPVirtual {
	row := make([]reg.GPVirtual, n+1)
	row[1] = s
	for i := 3; i < n; i += 2 {
		row[i] = GP64()
		LEAQ(Mem{Base: row[i-2], Index: s, Scale: 2}, row[i])
	}
	return row
}
