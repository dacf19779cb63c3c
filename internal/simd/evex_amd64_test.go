//go:build !purego

package simd

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The assembly files hold instructions as bytes, each with a comment in the
// order of Go's assembler. GNU as has to make the same bytes of them.
func TestEncodedInstructions(t *testing.T) {
	as, err := exec.LookPath("as")
	if err != nil {
		t.Skip("GNU as is not installed")
	}
	objdump, err := exec.LookPath("objdump")
	if err != nil {
		t.Skip("objdump is not installed")
	}
	encoded := map[string]string{} // AT&T text, whose order of operands is Go's
	form := regexp.MustCompile(`LONG +\$0x([0-9a-f]{8})((?:; (?:WORD|BYTE) \$0x[0-9a-f]+)+) // ([A-Z0-9]+)(.*)`)
	for _, file := range []string{"gemm_amd64.s", "vec_amd64.s"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := form.FindAllSubmatch(text, -1)
		require.NotEmpty(t, found, file)
		require.Len(t, found, strings.Count(string(text), "LONG "), "%s: a LONG without a comment", file)
		for _, m := range found {
			bytes := littleEndian(t, string(m[1]))
			for _, rest := range regexp.MustCompile(`0x([0-9a-f]+)`).FindAllSubmatch(m[2], -1) {
				bytes += littleEndian(t, string(rest[1]))
			}
			encoded[strings.ToLower(string(m[3]))+attOperands(string(m[4]))] = bytes
		}
	}
	var lines []string
	for line := range encoded {
		lines = append(lines, line)
	}
	made, err := assemble(t, as, objdump, lines, "--64")
	if err != nil {
		t.Skipf("this assembler lacks AVX-512 BF16 or AMX: %s", err)
	}
	require.Len(t, made, len(lines))
	for i, code := range made {
		require.Equal(t, code, encoded[lines[i]], lines[i])
	}
}

// attOperands turns operands in the words of Go's assembler into those of GNU as.
func attOperands(operands string) string {
	operands = regexp.MustCompile(`\b[A-Z][A-Z0-9]*\b`).ReplaceAllStringFunc(operands, func(name string) string {
		switch {
		case len(name) == 2 && name[0] != 'R' && name[1] > '9':
			return "%r" + strings.ToLower(name)
		case strings.HasPrefix(name, "TMM") || name[0] == 'R':
			return "%" + strings.ToLower(name)
		default:
			return "%" + strings.ToLower(name[:1]) + "mm" + name[1:]
		}
	})
	return strings.NewReplacer(")(", ",", "*", ",").Replace(operands)
}

// littleEndian returns the bytes of a hexadecimal number, lowest first.
func littleEndian(t *testing.T, hex string) string {
	n, err := strconv.ParseUint(hex, 16, 32)
	require.NoError(t, err)
	var s strings.Builder
	for range len(hex) / 2 {
		fmt.Fprintf(&s, "%02x", n&0xff)
		n >>= 8
	}
	return s.String()
}
