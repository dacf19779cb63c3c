package simd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// vec_arm64.s holds the instructions that Go's assembler lacks as numbers, each
// before a comment for GNU as, which has to make the same numbers of them.
func TestEncodedNEONInstructions(t *testing.T) {
	const prefix = "aarch64-linux-gnu-" // of native tools too; plain names are another's under an emulator
	as, err := exec.LookPath(prefix + "as")
	if err != nil {
		t.Skip("GNU as for arm64 is not installed")
	}
	objdump, err := exec.LookPath(prefix + "objdump")
	if err != nil {
		t.Skip("objdump for arm64 is not installed")
	}
	text, err := os.ReadFile("vec_arm64.s")
	require.NoError(t, err)
	found := regexp.MustCompile(`WORD \$0x([0-9a-f]{8}) // (.*)`).FindAllSubmatch(text, -1)
	require.NotEmpty(t, found)
	require.Len(t, found, strings.Count(string(text), "WORD "), "a WORD without a comment")
	var lines []string
	for _, m := range found {
		lines = append(lines, string(m[2]))
	}
	made, err := assemble(t, as, objdump, lines)
	require.NoError(t, err)
	require.Len(t, made, len(lines))
	for i, code := range made {
		require.Equal(t, code, string(found[i][1]), lines[i])
	}
}

// assemble returns the code of each line of assembly, as objdump lists it, with
// no spaces.
func assemble(t *testing.T, as, objdump string, lines []string, flags ...string) ([]string, error) {
	dir := t.TempDir()
	source, object := filepath.Join(dir, "x.s"), filepath.Join(dir, "x.o")
	require.NoError(t, os.WriteFile(source, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	if out, err := exec.Command(as, append(flags, "-o", object, source)...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	out, err := exec.Command(objdump, "-d", "-z", object).Output()
	require.NoError(t, err)
	var codes []string
	for _, m := range regexp.MustCompile(`(?m)^ +[0-9a-f]+:\t((?:[0-9a-f]+ )+)`).FindAllSubmatch(out, -1) {
		codes = append(codes, strings.ReplaceAll(string(m[1]), " ", ""))
	}
	return codes, nil
}
