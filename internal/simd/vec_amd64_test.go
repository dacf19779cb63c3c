//go:build !purego

package simd

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestVectorInstructionSets checks that no kernel uses more than its level
// promises: the generator notes the sets that the instructions need, and
// registers beyond the first 16 exist only with AVX-512.
func TestVectorInstructionSets(t *testing.T) {
	text, err := os.ReadFile("vec_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]string{
		"AVX2":   " AVX AVX2 FMA3 ",
		"AVX512": " AVX AVX2 FMA3 AVX512F AVX512BW AVX512DQ AVX512VL ",
	}
	allowed["AVX512BF16"] = allowed["AVX512"] // what else they need is in bytes
	upper := regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K[1-7])\b`)
	head := regexp.MustCompile(`// Requires: (.*)\nTEXT ·\w+?(AVX2|AVX512|AVX512BF16)\(`)
	bodies := head.FindAllSubmatchIndex(text, -1)
	if want := 2*len(vectorKernels) + len(halfKernels) + 2; len(bodies) != want {
		t.Errorf("%d kernels, want %d: two levels, one of bfloat16 and two conversions", len(bodies), want)
	}
	for i, m := range bodies {
		needs, level := string(text[m[2]:m[3]]), string(text[m[4]:m[5]])
		name := string(text[m[3]+1 : m[5]])
		for _, set := range strings.Split(needs, ", ") {
			if !strings.Contains(allowed[level], " "+set+" ") {
				t.Errorf("%s needs %s", name, set)
			}
		}
		end := len(text)
		if i+1 < len(bodies) {
			end = bodies[i+1][0]
		}
		if r := upper.Find(text[m[5]:end]); level == "AVX2" && r != nil {
			t.Errorf("%s uses %s", name, r)
		}
	}
}
