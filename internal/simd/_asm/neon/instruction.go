package main

import "fmt"

// An instruction on vector registers, the destination first. One that Go's
// assembler lacks has a code, to which the numbers of its registers are added,
// and a form in the syntax of GNU as; any other has its form in Go's syntax.
type instruction struct {
	code uint32
	form string
}

var (
	fadd  = instruction{0x4e20d400, "fadd v%d.4s, v%d.4s, v%d.4s"}
	fsub  = instruction{0x4ea0d400, "fsub v%d.4s, v%d.4s, v%d.4s"}
	fmul  = instruction{0x6e20dc00, "fmul v%d.4s, v%d.4s, v%d.4s"}
	fdiv  = instruction{0x6e20fc00, "fdiv v%d.4s, v%d.4s, v%d.4s"}
	fmax  = instruction{0x4e20f400, "fmax v%d.4s, v%d.4s, v%d.4s"}
	fmin  = instruction{0x4ea0f400, "fmin v%d.4s, v%d.4s, v%d.4s"}
	fsqrt = instruction{0x6ea1f800, "fsqrt v%d.4s, v%d.4s"}
	fneg  = instruction{0x6ea0f800, "fneg v%d.4s, v%d.4s"}
	fabs  = instruction{0x4ea0f800, "fabs v%d.4s, v%d.4s"}
	fcmgt = instruction{0x6ea0e400, "fcmgt v%d.4s, v%d.4s, v%d.4s"}
	fcmeq = instruction{0x4e20e400, "fcmeq v%d.4s, v%d.4s, v%d.4s"}

	// These combine neighbours, those of the first operand before those of the
	// second.
	faddp = instruction{0x6e20d400, "faddp v%d.4s, v%d.4s, v%d.4s"}
	fmaxp = instruction{0x6e20f400, "fmaxp v%d.4s, v%d.4s, v%d.4s"}

	// float64
	faddDouble  = instruction{0x4e60d400, "fadd v%d.2d, v%d.2d, v%d.2d"}
	faddpDouble = instruction{0x7e70d800, "faddp d%d, v%d.2d"}
	fcvtl       = instruction{0x0e617800, "fcvtl v%d.2d, v%d.2s"}
	fcvtl2      = instruction{0x4e617800, "fcvtl2 v%d.2d, v%d.4s"}

	// The upper halves of float32 numbers and back.
	shrn = instruction{0x0f108400, "shrn v%d.4h, v%d.4s, #16"}
	shll = instruction{0x2e613800, "shll v%d.4s, v%d.4h, #16"}

	// A vector at the sum of two general registers.
	ldr = instruction{0x3ce06800, "ldr q%d, [x%d, x%d]"}
	str = instruction{0x3ca06800, "str q%d, [x%d, x%d]"}
)

var (
	fmla       = instruction{form: "VFMLA V%[3]d.S4, V%[2]d.S4, V%[1]d.S4"} // adds the product of two
	fmls       = instruction{form: "VFMLS V%[3]d.S4, V%[2]d.S4, V%[1]d.S4"} // subtracts it
	fmlaDouble = instruction{form: "VFMLA V%[3]d.D2, V%[2]d.D2, V%[1]d.D2"}

	mov     = instruction{form: "VMOV V%[2]d.B16, V%[1]d.B16"}
	movLane = instruction{form: "VMOV V%[2]d.S[0], V%[1]d.S[0]"} // the other lanes stay
	dup     = instruction{form: "VDUP V%[2]d.S[0], V%[1]d.S4"}

	add    = instruction{form: "VADD V%[3]d.S4, V%[2]d.S4, V%[1]d.S4"}
	and    = instruction{form: "VAND V%[3]d.B16, V%[2]d.B16, V%[1]d.B16"}
	eor    = instruction{form: "VEOR V%[3]d.B16, V%[2]d.B16, V%[1]d.B16"}
	bit    = instruction{form: "VBIT V%[3]d.B16, V%[2]d.B16, V%[1]d.B16"} // the first's bits where the second has ones
	shl15  = instruction{form: "VSHL $15, V%[2]d.S4, V%[1]d.S4"}
	shl23  = instruction{form: "VSHL $23, V%[2]d.S4, V%[1]d.S4"}
	ushr31 = instruction{form: "VUSHR $31, V%[2]d.S4, V%[1]d.S4"}
)

// line returns the line of assembly for the instruction on given registers.
func (in instruction) line(registers ...int) string {
	operands := make([]any, len(registers))
	code := in.code
	for i, r := range registers {
		operands[i] = r
		code |= uint32(r) << [...]uint{0, 5, 16}[i]
	}
	text := fmt.Sprintf(in.form, operands...)
	if in.code == 0 {
		return text
	}
	return fmt.Sprintf("WORD $0x%08x // %s", code, text)
}
