//go:build !purego

package simd

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// x86Features are the features that instructions need in their VEX and EVEX
// encodings; an instruction without a feature in one has none such. AVX2 stands
// for the forms on XMM registers, too, which need AVX alone.
var x86Features = []struct{ vex, evex, names string }{
	{baseline, "", "ADDQ ANDL ANDQ CMOVQLT CMPQ DECQ IMULQ JGE JLE JLT JMP JNE JNZ JZ LEAL LEAQ MOVB MOVL MOVQ MOVW PREFETCHT0 RET SHLQ SHRL SHRQ SUBQ TESTB TESTQ XORQ"},
	{"BMI2", "", "BZHIQ"},
	{"AVX", "", "VBLENDVPS VEXTRACTF128 VINSERTF128 VMASKMOVPS VZEROUPPER"},
	{"AVX", "AVX512F", `VADDPD VADDPS VCMPPS VCVTDQ2PS VCVTPS2DQ VCVTPS2PD VCVTSI2SSQ VDIVPS VMAXPS VMINPS VMOVAPS VMOVD VMOVSD
		VMOVSS VMOVUPS VMULPS VPERMILPS VSQRTPS VSUBPS VUNPCKHPD VUNPCKHPS VUNPCKLPD VUNPCKLPS`},
	{"AVX", "AVX512DQ", "VANDPS VORPS VXORPS"},
	{"AVX2", "AVX512F", "VBROADCASTSS VPADDD VPBROADCASTD VPCMPGTD VPERMD VPERMPS VPMAXUD VPMOVZXWD VPSHUFD VPSLLD VPSRLD VPSUBD"},
	{"AVX2", "AVX512BW", "VPACKSSDW VPACKSSWB VPACKUSDW VPBROADCASTW VPCMPGTW VPSHUFB"},
	{"AVX2", "", "VMOVDQU VPAND VPBLENDW VPCMPEQD VPERMQ VPOR"},
	{"FMA", "AVX512F", "VFMADD132PS VFMADD213PS VFMADD231PD VFMADD231PS VFMSUB132PS VFMSUB213PS VFMSUB231PS VFNMADD231PS"},
	{"", "AVX512F", `KMOVW VBROADCASTI32X4 VEXTRACTF32X4 VEXTRACTF64X4 VEXTRACTI32X4 VEXTRACTI64X4 VMOVDQA64 VMOVDQU32
		VMOVDQU64 VPANDD VPXORD VSCALEFPS`},
	{"", "AVX512DQ", "VREDUCEPS"},
	{"", "AVX512BW", "KMOVD KSHIFTRD VMOVDQU16 VPERMT2W VPERMW"},
	{"", "AVX512VNNI", "VPDPBUSD"},
	{"", "AVX512BF16", "VCVTNE2PS2BF16 VCVTNEPS2BF16 VDPBF16PS"},
	{"AMXTILE", "", "LDTILECFG TILELOADD TILERELEASE TILESTORED TILEZERO"},
	{"AMXBF16", "", "TDPBF16PS"},
	{"AMXINT8", "", "TDPBSSD"},
}

// baseline is what every amd64 CPU has.
const baseline = "baseline"

var (
	evexOperand   = regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K\d)\b`)
	wholeRegister = regexp.MustCompile(`\bZ\d+\b`)
	partRegister  = regexp.MustCompile(`\b[XY]\d+\b`)
)

// needs returns the features that an instruction needs.
func (in instruction) needs() ([]string, error) {
	for _, f := range x86Features {
		if !slices.Contains(strings.Fields(f.names), in.name) {
			continue
		}
		if f.vex != "" && !evexOperand.MatchString(in.operands) {
			return []string{f.vex}, nil
		}
		if f.evex == "" {
			return nil, fmt.Errorf("%s has no form for %s", in.name, in.operands)
		}
		if partRegister.MatchString(in.operands) && !wholeRegister.MatchString(in.operands) {
			return []string{f.evex, "AVX512VL"}, nil
		}
		return []string{f.evex}, nil
	}
	return nil, fmt.Errorf("unknown instruction %s %s", in.name, in.operands)
}

// TestLevelFeatures: each level asks for the features that the instructions of
// its kernels need, with those of the levels below; no more, no less. Every
// assembly function is a kernel of some level.
func TestLevelFeatures(t *testing.T) {
	code, calls := instructions(t, "amd64"), callGraph(t)
	asked, needed := map[string]bool{baseline: true}, map[string]bool{baseline: true}
	unused := map[string]bool{}
	for name := range code {
		unused[name] = true
	}
	for _, k := range implemented {
		for _, f := range k.features {
			asked[f.name] = true
		}
		for name := range calls.from(k) {
			delete(unused, name)
			for _, in := range code[name] {
				features, err := in.needs()
				require.NoError(t, err, name)
				for _, f := range features {
					require.True(t, asked[f], "%v: %s needs %s: %s %s", k.level, name, f, in.name, in.operands)
					needed[f] = true
				}
			}
		}
		require.Equal(t, needed, asked, "%v", k.level)
	}
	require.Empty(t, unused)
}

// A graph has the functions that are named in each function of the package.
type graph map[string][]string

func callGraph(t *testing.T) graph {
	p, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	g, files := graph{}, token.NewFileSet()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(files, name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			g[f.Name.Name] = nil
			if f.Body != nil {
				ast.Inspect(f.Body, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						g[f.Name.Name] = append(g[f.Name.Name], id.Name)
					}
					return true
				})
			}
		}
	}
	return g
}

// from returns the functions that the kernels of a level lead to.
func (g graph) from(k *kernels) map[string]bool {
	reached := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if calls, ok := g[name]; ok && !reached[name] {
			reached[name] = true
			for _, callee := range calls {
				visit(callee)
			}
		}
	}
	eachEntry(k, func(_ string, entry reflect.Value) {
		name := runtime.FuncForPC(entry.Pointer()).Name()
		visit(name[strings.LastIndexByte(name, '.')+1:])
	})
	return reached
}
