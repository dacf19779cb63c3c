package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An isa is a vector instruction set. Most instructions have the same name in
// both; the methods of isa, kernel and cursor hide the rest: masks, and
// constants, which fill AVX-512's larger register file and stay in memory
// with AVX2.
//
// With bf16 the numbers in rows are bfloat16: they become float32 when they are
// loaded and are rounded when they are stored. Factors and sums that a kernel
// keeps for each row or column are float32 all the same. With AVX-512 a vector
// then takes two registers, because a pair is rounded as fast as one.
//
// AVX2 has no instruction for bfloat16 numbers; integers.go says how it works on
// them. With apart those of even and of odd columns have a register each.
type isa struct {
	name  string
	lanes int // of float32 in a register
	bf16  bool
	apart bool
}

var (
	avx512     = isa{name: "AVX512", lanes: 16}
	avx2       = isa{name: "AVX2", lanes: 8}
	avx512BF16 = isa{name: "AVX512BF16", lanes: 16, bf16: true}
	avx2BF16   = isa{name: "BF16AVX2", lanes: 8, bf16: true}
)

func (s isa) wide() bool { return s.lanes == 16 }

// wideBF16 is AVX-512 BF16.
func (s isa) wideBF16() bool { return s.bf16 && s.wide() }

// inAnyOrder returns the set for kernels that have no columns of float32 numbers:
// nothing depends on which lanes columns have.
func (s isa) inAnyOrder() isa {
	s.apart = s.bf16 && !s.wide()
	return s
}

// registers is the number of registers in a vector of numbers in rows.
func (s isa) registers() int {
	if s.wideBF16() || s.apart {
		return 2
	}
	return 1
}

// A vec is a vector of numbers in rows, or a constant.
type vec []Op

// do emits op for every register of the last operand and its counterparts;
// operands of one register are the same to all.
func do(op combiner, operands ...vec) {
	for i := range operands[len(operands)-1] {
		registers := make([]Op, len(operands))
		for j, v := range operands {
			registers[j] = v[min(i, len(v)-1)]
		}
		emit(func() { op(registers...) })
	}
}

// new returns new registers for a vector.
func (s isa) new() vec {
	v := make(vec, s.registers())
	for i := range v {
		v[i] = s.vec()
	}
	return v
}

// vec returns a new vector register.
func (s isa) vec() reg.VecVirtual {
	if s.wide() {
		return ZMM()
	}
	return YMM()
}

func (s isa) zero() reg.VecVirtual {
	v := s.vec()
	VXORPS(v, v, v)
	return v
}

func (s isa) zeros(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = s.zero()
	}
	return v
}

// copyOf returns new registers with the content of a vector or constant.
func (s isa) copyOf(x vec) vec {
	v := s.new()
	do(VMOVUPS, x, v)
	return v
}

// broadcast returns a register with every lane equal to x, an XMM register or
// memory.
func (s isa) broadcast(x Op) reg.VecVirtual {
	v := s.vec()
	VBROADCASTSS(x, v)
	return v
}

// scalar returns a register with every lane equal to a float32 parameter.
func (s isa) scalar(param string) reg.VecVirtual { return s.broadcast(address(Param(param))) }

// constant returns an operand that holds c in every lane. It may be memory, so
// it can only be an instruction's first operand.
func (s isa) constant(name string, c Constant) Op {
	if s.wide() {
		return s.resident(name, c)
	}
	return vectorOf(name, c)
}

// resident is constant in a register.
func (s isa) resident(name string, c Constant) reg.VecVirtual {
	return s.broadcast(vectorOf(name, c))
}

var vectors = map[string]Mem{}

// vectorOf returns the address of 8 copies of a constant of 4 bytes.
func vectorOf(name string, c Constant) Mem {
	if m, ok := vectors[name]; ok {
		return m
	}
	m := GLOBL(name, attr.RODATA|attr.NOPTR)
	for i := range avx2.lanes {
		DATA(4*i, c)
	}
	vectors[name] = m
	return m
}

// laneNumbers returns the address of 0, 1, ... 15.
func laneNumbers() Mem {
	const name = "laneNumbers"
	m, ok := vectors[name]
	if !ok {
		m = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i := range avx512.lanes {
			DATA(4*i, U32(i))
		}
		vectors[name] = m
	}
	return m
}

// copyOfTable returns a register with different numbers in its lanes.
func (s isa) copyOfTable(name string, numbers ...float32) vec {
	m, ok := vectors[name]
	if !ok {
		m = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i, x := range numbers {
			DATA(4*i, F32(x))
		}
		vectors[name] = m
	}
	v := s.vec()
	VMOVUPS(m, v)
	return vec{v}
}

// words returns the address of 32 numbers of 16 bits.
func words(name string, f func(i int) int) Mem {
	m, ok := vectors[name]
	if !ok {
		m = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i := range 2 * avx512.lanes {
			DATA(2*i, U16(f(i)))
		}
		vectors[name] = m
	}
	return m
}

// A combiner is an instruction such as an addition, dst = b op a.
type combiner func(ops ...Op)

// fold combines the registers of v pairwise into v[0].
func fold(v []reg.VecVirtual, op combiner) reg.VecVirtual {
	for n := len(v) / 2; n > 0; n /= 2 {
		for i := range n {
			op(v[i+n], v[i], v[i])
		}
	}
	return v[0]
}

// Shuffles of an XMM register: swapPairs alone is enough for float64.
const swapPairs, swapNeighbours = U8(0x4e), U8(0xb1)

// narrow combines the lanes of v into every lane of an XMM register.
func (s isa) narrow(v reg.VecVirtual, op combiner, shuffles ...U8) reg.VecVirtual {
	x := XMM()
	if s.wide() {
		y := YMM()
		VEXTRACTF64X4(U8(1), v, y)
		op(v.AsY(), y, y)
		VEXTRACTF32X4(U8(1), y, x)
		op(y.AsX(), x, x)
	} else {
		VEXTRACTF128(U8(1), v, x)
		op(v.AsX(), x, x)
	}
	for _, shuffle := range shuffles {
		t := XMM()
		VPERMILPS(shuffle, x, t)
		op(t, x, x)
	}
	return x
}

// reduce combines the float32 lanes of v into every lane of a register.
func (s isa) reduce(v reg.VecVirtual, op combiner) reg.VecVirtual {
	return s.broadcast(s.narrow(v, op, swapPairs, swapNeighbours))
}

// total adds up all lanes of the registers.
func (s isa) total(v []reg.VecVirtual) reg.VecVirtual { return s.broadcast(s.total4(v)) }

// total4 is total in the lanes of an XMM register. What is worked out from a total is
// worked out there: divisions and roots of whole vectors take several times as long.
func (s isa) total4(v []reg.VecVirtual) reg.VecVirtual {
	return s.narrow(fold(v, VADDPS), VADDPS, swapPairs, swapNeighbours)
}

// address returns where a parameter or result lies.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(fmt.Sprint("vec: parameter: ", err))
	}
	return b.Addr
}
