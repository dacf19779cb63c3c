package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNoSpace(t *testing.T) {
	for _, full := range noSpace {
		err := fmt.Errorf("save: %w", &fs.PathError{Op: "write", Path: "a.bin", Err: full})
		require.True(t, NoSpace(err), err)
	}
	for _, other := range []error{nil, io.ErrShortWrite, fs.ErrPermission, fs.ErrNotExist} {
		require.False(t, NoSpace(other), other)
	}
}

// needSpace skips a test on systems that have no error for a full disk.
func needSpace(t *testing.T) {
	if len(noSpace) == 0 {
		t.Skip("no error for a full disk")
	}
}

// fullFor returns a write function that finds the disk full the first n times,
// after more than a buffer of data, and counts its calls.
func fullFor(n int, full error, content string, calls *int) func(io.Writer) error {
	return func(w io.Writer) error {
		*calls++
		if *calls > n {
			return text(content)(w)
		}
		if _, err := w.Write(make([]byte, 3*bufferSize)); err != nil {
			return err
		}
		return &fs.PathError{Op: "write", Path: "a.bin", Err: full}
	}
}

func TestAFullDiskIsTriedAgain(t *testing.T) {
	needSpace(t)
	for n, waited := range []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second} {
		for _, full := range noSpace {
			path := filepath.Join(t.TempDir(), "a.bin")
			require.NoError(t, Write(path, text("old")))
			synctest.Test(t, func(t *testing.T) {
				start, calls := time.Now(), 0
				require.NoError(t, Write(path, fullFor(n, full, "new", &calls)))
				require.Equal(t, waited, time.Since(start))
				require.Equal(t, n+1, calls)
			})
			requireOnly(t, path, "new")
		}
	}
}

func TestAFullDiskIsReportedInTheEnd(t *testing.T) {
	needSpace(t)
	for _, full := range noSpace {
		path := filepath.Join(t.TempDir(), "a.bin")
		require.NoError(t, Write(path, text("old")))
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			err := Write(path, fullFor(100, full, "new", &calls))
			require.ErrorIs(t, err, full)
			require.True(t, NoSpace(err))
			require.Equal(t, 4, calls)
		})
		requireOnly(t, path, "old")
	}
}

func TestOtherFailuresAreNotTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	broken := errors.New("broken")
	calls := 0
	require.ErrorIs(t, Write(path, fullFor(1, broken, "new", &calls)), broken)
	require.Equal(t, 1, calls)
}
