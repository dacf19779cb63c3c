package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// abandon makes a temporary file of target that looks as if its writer had been
// killed long ago.
func abandon(t *testing.T, target string, n uint64) string {
	t.Helper()
	path := temporary(target, n)
	require.NoError(t, os.WriteFile(path, []byte("half"), 0o666))
	long := time.Now().Add(-24 * time.Hour)
	require.NoError(t, os.Chtimes(path, long, long))
	return path
}

func TestLeftoversAreRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	for n := range uint64(5) {
		abandon(t, path, n<<60|n)
	}
	require.NoError(t, Write(path, text("new")))
	requireOnly(t, path, "new")
}

func TestLeftoversOfARelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	abandon(t, "plain", 1)
	require.NoError(t, Write("plain", text("x")))
	requireOnly(t, "plain", "x")
}

func TestOtherFilesAreNoLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.bin")
	long := time.Now().Add(-24 * time.Hour)
	names := []string{
		".b.bin.reread-0123456789abcdef.tmp",              // of another target
		".a.bin.reread-0.reread-0123456789abcdef.tmp",     // of one with a longer name
		".a.bin.reread-0123456789abcde.tmp",               // a digit is missing
		".a.bin.reread-0123456789abcdefa.tmp",             // one too many
		".a.bin.reread-0123456789abcdeg.tmp",              // not a digit
		".a.bin.reread-+123456789abcdef.tmp",              // not one either
		".a.bin.reread-0123456789abcdef.tmp.gz", "a.bin~", // somebody else's
		"a.bin.reread-0123456789abcdef.tmp",
	}
	for _, name := range names {
		other := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(other, []byte("keep"), 0o666))
		require.NoError(t, os.Chtimes(other, long, long))
	}
	folder := temporary(path, 7)
	require.NoError(t, os.Mkdir(folder, 0o777))
	require.NoError(t, Write(path, text("new")))
	for _, name := range append(names, filepath.Base(folder)) {
		_, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
	}
}
