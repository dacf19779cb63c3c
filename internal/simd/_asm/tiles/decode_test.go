//go:build linux && amd64

package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

const (
	rax = iota
	rcx
	rdx
	rbx
	rsp
	rbp
	rsi
	rdi
	r8
	r9
	r10
	r11
	r12
	r13
	r14
	r15
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are those that GNU as makes of the text.
func TestDecode(t *testing.T) {
	for _, c := range []struct {
		text, code string
		want       instruction
	}{
		{"ldtilecfg (%r9)", "c4 c2 78 49 01", instruction{op: ldtilecfg, address: address{base: r9, index: noRegister}}},
		{"ldtilecfg 64(%rsp)", "c4 e2 78 49 44 24 40", instruction{op: ldtilecfg, address: address{base: rsp, index: noRegister, displacement: 64}}},
		{"ldtilecfg 0x1234(%rip)", "c4 e2 78 49 05 34 12 00 00", instruction{op: ldtilecfg, address: address{base: instructionPointer, index: noRegister, displacement: 0x1234}}},
		{"ldtilecfg -8(%rbp,%rax,2)", "c4 e2 78 49 44 45 f8", instruction{op: ldtilecfg, address: address{base: rbp, index: rax, scale: 1, displacement: -8}}},
		{"ldtilecfg 0x1234(,%r13,8)", "c4 a2 78 49 04 ed 34 12 00 00", instruction{op: ldtilecfg, address: address{base: noRegister, index: r13, scale: 3, displacement: 0x1234}}},
		{"ldtilecfg 0x1234", "c4 e2 78 49 04 25 34 12 00 00", instruction{op: ldtilecfg, address: address{base: noRegister, index: noRegister, displacement: 0x1234}}},
		{"ldtilecfg 0(%r13)", "c4 c2 78 49 45 00", instruction{op: ldtilecfg, address: address{base: r13, index: noRegister}}},
		{"tilerelease", "c4 e2 78 49 c0", instruction{op: tilerelease}},
		{"tilezero %tmm0", "c4 e2 7b 49 c0", instruction{op: tilezero}},
		{"tilezero %tmm7", "c4 e2 7b 49 f8", instruction{op: tilezero, dst: 7}},
		{"tileloadd (%r12,%r9,1),%tmm6", "c4 82 7b 4b 34 0c", instruction{op: tileloadd, dst: 6, address: address{base: r12, index: r9}}},
		{"tileloadd 64(%r12,%r9,1),%tmm7", "c4 82 7b 4b 7c 0c 40", instruction{op: tileloadd, dst: 7, address: address{base: r12, index: r9, displacement: 64}}},
		{"tileloadd (%rax,%rsi,4),%tmm4", "c4 e2 7b 4b 24 b0", instruction{op: tileloadd, dst: 4, address: address{base: rax, index: rsi, scale: 2}}},
		{"tileloadd -0x12345678(%r13,%r12,8),%tmm1", "c4 82 7b 4b 8c e5 88 a9 cb ed", instruction{op: tileloadd, dst: 1, address: address{base: r13, index: r12, scale: 3, displacement: -0x12345678}}},
		{"tileloadd 0(%r13,%rbp,2),%tmm5", "c4 c2 7b 4b 6c 6d 00", instruction{op: tileloadd, dst: 5, address: address{base: r13, index: rbp, scale: 1}}},
		{"tileloadd (%rsp),%tmm2", "c4 e2 7b 4b 14 24", instruction{op: tileloadd, dst: 2, address: address{base: rsp, index: noRegister}}},
		{"tileloadd 0x7fffffff(,%rdi,1),%tmm3", "c4 e2 7b 4b 1c 3d ff ff ff 7f", instruction{op: tileloadd, dst: 3, address: address{base: noRegister, index: rdi, displacement: 0x7fffffff}}},
		{"tileloaddt1 -128(%rbx,%r15,1),%tmm3", "c4 a2 79 4b 5c 3b 80", instruction{op: tileloaddt1, dst: 3, address: address{base: rbx, index: r15, displacement: -128}}},
		{"tilestored %tmm0,(%r10,%r9,1)", "c4 82 7a 4b 04 0a", instruction{op: tilestored, address: address{base: r10, index: r9}}},
		{"tilestored %tmm3,64(%rdx,%rcx,1)", "c4 e2 7a 4b 5c 0a 40", instruction{op: tilestored, dst: 3, address: address{base: rdx, index: rcx, displacement: 64}}},
		{"tdpbf16ps %tmm6,%tmm4,%tmm0", "c4 e2 4a 5c c4", instruction{op: tdpbf16ps, left: 4, right: 6}},
		{"tdpbf16ps %tmm7,%tmm5,%tmm3", "c4 e2 42 5c dd", instruction{op: tdpbf16ps, dst: 3, left: 5, right: 7}},
		{"tdpbssd %tmm6,%tmm4,%tmm1", "c4 e2 4b 5e cc", instruction{op: tdpbssd, dst: 1, left: 4, right: 6}},
		{"tdpbsud %tmm1,%tmm2,%tmm7", "c4 e2 72 5e fa", instruction{op: tdpbsud, dst: 7, left: 2, right: 1}},
		{"tdpbusd %tmm0,%tmm1,%tmm2", "c4 e2 79 5e d1", instruction{op: tdpbusd, dst: 2, left: 1}},
		{"tdpbuud %tmm2,%tmm0,%tmm5", "c4 e2 68 5e e8", instruction{op: tdpbuud, dst: 5, right: 2}},
	} {
		code := unhex(t, c.code)
		c.want.length = len(code)
		for _, behind := range []string{"", "c4 e2 7b 49 c0", "ff ff ff ff ff ff ff ff ff ff ff"} {
			got, ok := decode(append(code[:len(code):len(code)], unhex(t, behind)...))
			if !ok || got != c.want {
				t.Errorf("%s: %+v, %v, want %+v", c.text, got, ok, c.want)
			}
		}
		for n := range code {
			if got, ok := decode(code[:n]); ok {
				t.Errorf("%d bytes of %s: %+v", n, c.text, got)
			}
		}
	}
}

func TestDecodeOthers(t *testing.T) {
	for text, code := range map[string]string{
		"ud2":                                   "0f 0b",
		"pshufb %xmm1,%xmm2":                    "66 0f 38 00 d1",
		"andn %eax,%ebx,%ecx":                   "c4 e2 60 f2 c8",
		"vfmadd231ps %ymm1,%ymm2,%ymm3":         "c4 e2 6d b8 d9",
		"tdpfp16ps %tmm6,%tmm4,%tmm0":           "c4 e2 4b 5c c4",
		"sttilecfg (%rax)":                      "c4 e2 79 49 00",
		"segment fs before ldtilecfg":           "64 c4 e2 78 49 00",
		"tdpbssd of opcode map 0F":              "c4 e1 4b 5e cc",
		"tdpbssd with W":                        "c4 e2 cb 5e cc",
		"tdpbssd with L":                        "c4 e2 4f 5e cc",
		"tdpbssd with tile 9 as sum":            "c4 62 4b 5e cc",
		"tdpbssd with tile 12 on the left":      "c4 c2 4b 5e cc",
		"tdpbssd with tile 14 on the right":     "c4 e2 0b 5e cc",
		"tdpbssd with memory":                   "c4 e2 4b 5e 0c 24",
		"tilezero with a second operand":        "c4 e2 73 49 c0",
		"tilezero with rm":                      "c4 e2 7b 49 c1",
		"tilerelease of tile 1":                 "c4 e2 78 49 c8",
		"ldtilecfg with reg":                    "c4 e2 78 49 48 00",
		"ldtilecfg with a second operand":       "c4 e2 70 49 00",
		"tileloadd without SIB":                 "c4 e2 7b 4b 30",
		"tileloadd of tile 8":                   "c4 62 7b 4b 04 08",
		"tileloadd with a second operand":       "c4 e2 73 4b 04 08",
		"tileloadd of a register":               "c4 e2 7b 4b c4",
		"tilestored to the instruction's place": "c4 e2 7a 4b 05 00 00 00 00",
	} {
		if got, ok := decode(unhex(t, code)); ok {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func TestAddress(t *testing.T) {
	r := registers{rax: 1000, rbx: 7, r9: 1 << 63, instructionPointer: 5000}
	for _, c := range []struct {
		address       address
		start, stride uint64
	}{
		{address{base: rax, index: rbx, scale: 3, displacement: -8}, 992, 56},
		{address{base: instructionPointer, index: noRegister, displacement: 16}, 5016, 0},
		{address{base: noRegister, index: r9, displacement: -1}, 1<<64 - 1, 1 << 63},
	} {
		if start, stride := c.address.start(&r), c.address.stride(&r); start != c.start || stride != c.stride {
			t.Errorf("%+v: %d and %d, want %d and %d", c.address, start, stride, c.start, c.stride)
		}
	}
}
