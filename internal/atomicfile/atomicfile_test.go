package atomicfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// requireOnly checks that the directory of path holds that file and nothing else.
func requireOnly(t *testing.T, path, content string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, content, string(got))
}

func TestWriteCreatesAndReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	for _, content := range []string{"first", "", "a longer third one"} {
		require.NoError(t, Write(path, text(content)))
		requireOnly(t, path, content)
	}
}

func TestWriteRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, Write("plain", text("x")))
	requireOnly(t, "plain", "x")
}

// The temporary file is no concern of who reads an error.
func TestErrorsNameTheTarget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "folder")
	err := Write(path, text("new"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	var named *fs.PathError
	require.ErrorAs(t, err, &named)
	require.Equal(t, path, named.Path)
}

func TestFailureKeepsOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, Write(path, text("old")))
	broken := errors.New("broken")
	err := Write(path, func(w io.Writer) error {
		// More than the buffer, so that part of it has reached the disk.
		if _, err := w.Write(make([]byte, 3*bufferSize)); err != nil {
			return err
		}
		return broken
	})
	require.ErrorIs(t, err, broken)
	requireOnly(t, path, "old")
}

func TestPanicKeepsOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, Write(path, text("old")))
	require.Panics(t, func() {
		_ = Write(path, func(io.Writer) error { panic("in the middle") })
	})
	requireOnly(t, path, "old")
}

func TestTemporaryNameAndOldFileWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, Write(path, text("old")))
	pattern := regexp.MustCompile(`^\.a\.bin\.reread-[0-9a-f]{16}\.tmp$`)
	require.NoError(t, Write(path, func(w io.Writer) error {
		entries, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, entries, 2)
		require.Regexp(t, pattern, entries[0].Name())
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "old", string(got))
		return text("new")(w)
	}))
	requireOnly(t, path, "new")
}

func TestLargeContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	want := bytes.Repeat([]byte("0123456789abcdef_"), bufferSize/10)
	require.NoError(t, Write(path, text(string(want))))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o666))
	want, err := os.Stat(plain)
	require.NoError(t, err)

	path := filepath.Join(dir, "a.bin")
	require.NoError(t, Write(path, text("x")))
	got, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, want.Mode(), got.Mode(), "a new file has the usual permissions")

	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, Write(path, text("y")))
	got, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), got.Mode().Perm(), "a replaced file keeps its permissions")
}

func TestSymbolicLinkStays(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "real")
	link := filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(target, []byte("old"), 0o666))
	if err := os.Symlink("real", link); err != nil {
		t.Skip(err)
	}
	require.NoError(t, Write(link, text("new")))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	got, err := os.ReadFile(target)
	require.NoError(t, err)
	require.Equal(t, "new", string(got))
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	never := func(io.Writer) error {
		t.Error("write was called")
		return nil
	}
	require.ErrorContains(t, Write(dir, never), "not a regular file")
	require.Error(t, Write(filepath.Join(dir, "absent", "a.bin"), never))
	require.Error(t, Write("", never))
	require.Error(t, Write(filepath.Join(dir, "absent")+string(filepath.Separator), never))
}

func TestWriteBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"old and long", "new", ""} {
		require.NoError(t, WriteBytes(path, []byte(content)))
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, content, string(got))
	}
	require.Error(t, WriteBytes(filepath.Join(path, "below"), nil))
}
