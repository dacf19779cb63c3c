package atomicfile

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

const smallDisk = 1 << 20

// mountSmallDisk returns a folder that holds smallDisk bytes.
func mountSmallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("mounting a small disk: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	return dir
}

func TestASmallDisk(t *testing.T) {
	path := filepath.Join(mountSmallDisk(t), "a.bin")
	require.NoError(t, Write(path, text("old")))
	synctest.Test(t, func(t *testing.T) {
		err := Write(path, text(string(make([]byte, smallDisk))))
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.True(t, NoSpace(err))
	})
	requireOnly(t, path, "old")
}

func TestASmallDiskThatIsCleared(t *testing.T) {
	dir := mountSmallDisk(t)
	path, ballast := filepath.Join(dir, "a.bin"), filepath.Join(dir, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, smallDisk/2), 0o666))
	want := bytes.Repeat([]byte("x"), smallDisk*3/4)
	calls := 0
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, Write(path, func(w io.Writer) error {
			if calls++; calls == 3 {
				require.NoError(t, os.Remove(ballast))
			}
			_, err := w.Write(want)
			return err
		}))
	})
	require.Equal(t, 3, calls)
	requireOnly(t, path, string(want))
}

func TestLeftoversMakeRoom(t *testing.T) {
	path := filepath.Join(mountSmallDisk(t), "a.bin")
	require.NoError(t, os.WriteFile(temporary(path, 1), make([]byte, smallDisk/2), 0o666))
	want := string(bytes.Repeat([]byte("x"), smallDisk*3/4))
	require.NoError(t, Write(path, text(want)))
	requireOnly(t, path, want)
}
