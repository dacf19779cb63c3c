package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
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
func tileKernel(s isa) {
	TEXT("tile"+s.name, NOSPLIT, "func(rows, cols, k int, a *float32, ars, acs int, b *float32, bs int, c *float32, ldc int, add bool)")
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
			s.tile(r, vecs)
		}
	}
}

func (s isa) label(rows, vecs int) string { return fmt.Sprintf("rows%dvecs%d", rows, vecs) }

// tile emits the code for one tile size.
func (s isa) tile(rows, vecs int) {
	label := s.label(rows, vecs)
	s.prefetch(rows, vecs)
	s.product(label, rows, vecs)

	c := Load(Param("c"), GP64())
	ldc := Load(Param("ldc"), GP64())
	SHLQ(U8(2), ldc)
	add := Load(Param("add"), GP8())
	TESTB(add, add)
	JZ(LabelRef(label + "store"))
	p := GP64()
	MOVQ(c, p)
	for i := range rows {
		for v := range vecs {
			s.addTo(s.sum(i, v), s.at(p, v), v)
		}
		ADDQ(ldc, p)
	}
	Label(label + "store")
	for i := range rows {
		for v := range vecs {
			s.store(s.sum(i, v), s.at(c, v), v)
		}
		ADDQ(ldc, c)
	}
	VZEROUPPER()
	RET()
}

// prefetch asks for the tile of c, which is needed at the end. Its rows lie on
// different pages, and the loop is too long for the CPU to look beyond it.
func (s isa) prefetch(rows, vecs int) {
	c := Load(Param("c"), GP64())
	ldc := bytes("ldc")
	for range rows {
		for v := 0; v < vecs; v += 64 / (4 * s.lanes) {
			PREFETCHT0(s.at(c, v))
		}
		ADDQ(ldc, c)
	}
}

// product emits the loop over k.
func (s isa) product(label string, rows, vecs int) {
	k := Load(Param("k"), GP64())
	a := Load(Param("a"), GP64())
	row := oddMultiples(bytes("ars"), rows)
	acs := bytes("acs")
	b := Load(Param("b"), GP64())
	bs := bytes("bs")
	for i := range rows {
		for v := range vecs {
			sum := s.sum(i, v)
			VXORPS(sum, sum, sum)
		}
	}
	Label(label + "loop")
	for v := range vecs {
		VMOVUPS(s.at(b, v), s.right(v))
	}
	for i := range rows {
		VBROADCASTSS(rowAddress(a, row, i), s.left(i))
		for v := range vecs {
			VFMADD231PS(s.right(v), s.left(i), s.sum(i, v))
		}
	}
	ADDQ(bs, b)
	ADDQ(acs, a)
	DECQ(k)
	JNZ(LabelRef(label + "loop"))
}

// bytes loads a distance in floats and turns it into bytes.
func bytes(param string) reg.GPVirtual {
	r := GP64()
	Load(Param(param), r)
	SHLQ(U8(2), r)
	return r
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
