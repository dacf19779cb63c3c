package simd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An instruction is one of the assembly files. One that is stored as numbers has
// the name and operands of the comment beside them.
type instruction struct{ name, operands string }

// instructions returns those of each function in the assembly of an
// architecture.
func instructions(t *testing.T, arch string) map[string][]instruction {
	files, err := filepath.Glob("*_" + arch + ".s")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	functions := map[string][]instruction{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		function := ""
		for _, line := range assemblyLines(string(text)) {
			if m := textLine.FindStringSubmatch(line); m != nil {
				function = m[1]
				continue
			}
			if in, ok := parseInstruction(line); ok {
				functions[function] = append(functions[function], in)
			}
		}
	}
	return functions
}

var (
	textLine  = regexp.MustCompile(`^TEXT ·(\w+)\(SB\)`)
	notCode   = regexp.MustCompile(`^(//|#|\w+:|DATA |GLOBL |$)`)
	codeLine  = regexp.MustCompile(`^([A-Z][A-Z0-9]*)(?:\.[A-Z0-9_.]+)?(?:[\s(]+(.*))?$`)
	asNumbers = regexp.MustCompile(`^(?:LONG|WORD) .*// ?(\w+)\s*(.*)$`)
)

// assemblyLines returns the lines of a file and of the macros it defines.
func assemblyLines(text string) []string {
	text = regexp.MustCompile(`(?m)^#define (\w+)\(.*\\$`).ReplaceAllString(text, "TEXT ·$1(SB)")
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, strings.TrimRight(strings.TrimSpace(line), `; \`))
	}
	return lines
}

func parseInstruction(line string) (instruction, bool) {
	if notCode.MatchString(line) {
		return instruction{}, false
	}
	if m := asNumbers.FindStringSubmatch(line); m != nil {
		return instruction{m[1], m[2]}, true
	}
	m := codeLine.FindStringSubmatch(line)
	if m == nil {
		return instruction{line, ""}, true // which no list knows
	}
	return instruction{m[1], m[2]}, true
}

// knownNEON are instructions that every arm64 CPU has, those of ARMv8.0 with
// Advanced SIMD: first in the words of Go's assembler, then in those of GNU as.
// The last are macros, whose instructions are looked at as well.
const knownNEON = `
	ADD BEQ BGE BLT BNE CBNZ CBZ CMP CSEL FMOVD FMOVQ FMOVS JMP LSL MADD MOVBU MOVD MOVH MOVHU MOVW MOVWU RET SCVTFS SUB SUBS UDIV
	VADD VAND VBIT VDUP VEOR VFMLA VFMLS VLD1 VLD1R VMOV VSHL VST1 VUSHR
	fabs fadd faddp fcmeq fcmgt fcvtl fcvtl2 fdiv fmax fmaxp fmin fmul fneg fsqrt fsub ldr shll shrn str
	ADDC CLEAR MULADD NEXTROW STORE`

// TestNEONInstructions: the level asks for no feature, so its kernels may use
// nothing that a CPU can lack.
func TestNEONInstructions(t *testing.T) {
	known := map[string]bool{}
	for _, name := range strings.Fields(knownNEON) {
		known[name] = true
	}
	for function, code := range instructions(t, "arm64") {
		for _, in := range code {
			require.True(t, known[in.name], "%s: %s %s", function, in.name, in.operands)
		}
	}
}
