package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/mmcloughlin/avo/gotypes"
)

// A file receives the kernels for one type of numbers in rows.
//
// With bf16 they are bfloat16: they become float32 when they are loaded and are
// rounded when they are stored. Factors and sums that a kernel keeps for each
// row or column are float32 all the same.
type file struct {
	text *strings.Builder
	bf16 bool
}

// size is the bytes of a number in a row.
func (f file) size() int {
	if f.bf16 {
		return 2
	}
	return 4
}

// A kernel is one assembly function under construction. Its loops run over the
// same number of columns.
type kernel struct {
	file
	signature   *gotypes.Signature
	cols        general // number of columns
	labels      int
	used        registers
	bias, upper vecs // with bf16, see rounded
}

// registers counts those in use: the first ones of each kind.
type registers struct{ general, vector int }

// A general register holds an integer or an address.
type general int

func (r general) String() string { return fmt.Sprintf("R%d", int(r)) }

// vecs are vector registers that hold one value of several vectors. Where an
// operand has fewer than the destination, they take turns.
type vecs []int

// An array is a register that points to numbers in memory.
type array struct {
	general
	size int // bytes of a number
}

const lanes = 4

// begin starts the function named name plus the level. [] in its signature
// stands for a slice of numbers in rows.
func (f file) begin(name, signature string) *kernel {
	number := "[]float32"
	if f.bf16 {
		name += "BF16"
		number = "[]uint16"
	}
	signature = strings.NewReplacer("[],", number+",", "[])", number+")").Replace(signature)
	s, err := gotypes.ParseSignature("func" + signature)
	if err != nil {
		panic(err)
	}
	name += "NEON"
	fmt.Fprintf(f.text, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", name, signature, name, s.Bytes())
	k := &kernel{file: f, signature: s}
	if f.bf16 {
		k.bias, k.upper = k.bits(0x7fff), k.bits(0xffff0000)
	}
	return k
}

func (k *kernel) end() { k.line("RET") }

func (k *kernel) line(format string, operands ...any) {
	fmt.Fprintf(k.text, "\t"+format+"\n", operands...)
}

// do applies an instruction to every register of dst and of the sources.
func (k *kernel) do(in instruction, dst vecs, sources ...vecs) {
	for i, d := range dst {
		r := []int{d}
		for _, s := range sources {
			r = append(r, s[i%len(s)])
		}
		k.line("%s", in.line(r...))
	}
}

// scope returns a function that frees the registers taken since.
func (k *kernel) scope() (release func()) {
	used := k.used
	return func() { k.used = used }
}

// general returns a new general register: not R16 to R18 and those from R26,
// which the linker, the platform or the assembler claim.
func (k *kernel) general() general {
	r := k.used.general
	k.used.general++
	if r >= 16 {
		r += 3
	}
	if r >= 26 {
		panic("neon: too few general registers")
	}
	return general(r)
}

func (k *kernel) vecs(n int) vecs {
	v := make(vecs, n)
	for i := range v {
		v[i] = k.used.vector
		k.used.vector++
	}
	if k.used.vector > 32 {
		panic("neon: too few vector registers")
	}
	return v
}

func (k *kernel) zeros(n int) vecs {
	v := k.vecs(n)
	k.do(eor, v, v, v)
	return v
}

// like returns new registers, as many as v has.
func (k *kernel) like(v vecs) vecs { return k.vecs(len(v)) }

// bits returns a register with every lane equal to b.
func (k *kernel) bits(b uint32) vecs {
	v := k.vecs(1)
	defer k.scope()()
	r := k.general()
	k.line("MOVW $0x%08x, %v", b, r)
	k.line("VDUP %v, V%d.S4", r, v[0])
	return v
}

func (k *kernel) constant(c float32) vecs {
	k.line("// %v", c)
	return k.bits(math.Float32bits(c))
}

func address(c gotypes.Component) string {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr.Asm()
}

func (k *kernel) param(name string) gotypes.Component { return k.signature.Params().Lookup(name) }

// result returns where the function's result lies.
func (k *kernel) result() string { return address(k.signature.Results().At(0)) }

// scalar returns a register with every lane equal to a float32 parameter.
func (k *kernel) scalar(name string) vecs {
	v := k.vecs(1)
	k.line("FMOVS %s, F%d", address(k.param(name)), v[0])
	k.do(dup, v, v)
	return v
}

// float returns an integer as a float in every lane.
func (k *kernel) float(n general) vecs {
	v := k.vecs(1)
	k.line("SCVTFS %v, F%d", n, v[0])
	k.do(dup, v, v)
	return v
}

func (k *kernel) load(c gotypes.Component) general {
	r := k.general()
	k.line("MOVD %s, %v", address(c), r)
	return r
}

func (k *kernel) integer(name string) general { return k.load(k.param(name)) }

func (k *kernel) length(name string) general { return k.load(k.param(name).Len()) }

// numbers loads the addresses of slices of numbers in rows.
func (k *kernel) numbers(names ...string) []array { return k.arrays(k.size(), names) }

// floats loads the addresses of slices of float32.
func (k *kernel) floats(names ...string) []array { return k.arrays(4, names) }

func (k *kernel) arrays(size int, names []string) []array {
	var a []array
	for _, name := range names {
		a = append(a, array{k.load(k.param(name).Base()), size})
	}
	return a
}

func (k *kernel) copyOf(r general) general {
	c := k.general()
	k.line("MOVD %v, %v", r, c)
	return c
}

// bytes returns the size of n numbers in a row.
func (k *kernel) bytes(n general) general {
	r := k.general()
	k.line("LSL $%d, %v, %v", k.size()/2, n, r) // times 2 or 4
	return r
}

// floatBytes returns the size of n float32 numbers.
func (k *kernel) floatBytes(n general) general {
	r := k.general()
	k.line("LSL $2, %v, %v", n, r)
	return r
}

func (k *kernel) label(name string) string {
	k.labels++
	return fmt.Sprintf("%s%d", name, k.labels)
}

// mark sets a label.
func (k *kernel) mark(label string) { fmt.Fprintf(k.text, "%s:\n", label) }

// rows emits a loop over n rows, a register that it counts down; the arrays
// step by stride bytes from row to row.
func (k *kernel) rows(n, stride general, over []array, body func()) {
	loop, done := k.label("row"), k.label("done")
	k.line("CBZ %v, %s", n, done)
	k.mark(loop)
	release := k.scope()
	body()
	release()
	for _, a := range over {
		k.line("ADD %v, %v", stride, a)
	}
	k.line("SUB $1, %v", n)
	k.line("CBNZ %v, %s", n, loop)
	k.mark(done)
}

// fold combines the registers of v pairwise into its first.
func (k *kernel) fold(v vecs, in instruction) vecs {
	for n := len(v) / 2; n > 0; n /= 2 {
		k.do(in, v[:n], v[:n], v[n:2*n])
	}
	return v[:1]
}

// reduce combines all lanes of v into every lane of its first register.
func (k *kernel) reduce(v vecs, in, neighbours instruction) vecs {
	r := k.fold(v, in)
	k.do(neighbours, r, r, r)
	k.do(neighbours, r, r, r)
	return r
}

func (k *kernel) total(v vecs) vecs { return k.reduce(v, fadd, faddp) }

// rounded gives v the precision of numbers in rows.
func (k *kernel) rounded(v vecs) {
	if k.bf16 {
		k.roundUpper(v)
		k.do(and, v, v, k.upper)
	}
}

// roundUpper rounds v to the upper halves of its lanes, to the even one of two,
// and leaves anything in the lower ones. A quiet NaN stays as it is.
func (k *kernel) roundUpper(v vecs) {
	defer k.scope()()
	number, up := k.like(v), k.like(v)
	k.do(fcmeq, number, v, v)
	k.do(shl15, up, v)
	k.do(ushr31, up, up) // the last bit to remain
	k.do(add, up, up, k.bias)
	k.do(and, up, up, number)
	k.do(add, v, v, up)
}
