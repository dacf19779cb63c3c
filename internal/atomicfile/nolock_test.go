//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package atomicfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestYoungFilesAreSpared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	young := temporary(path, 1)
	require.NoError(t, os.WriteFile(young, []byte("half"), 0o666))
	require.NoError(t, Write(path, text("new")))
	_, err := os.Stat(young)
	require.NoError(t, err)
}
