//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowWriter is another process that writes a file: half of it, then the rest
// when it is told to.
type slowWriter struct {
	process *exec.Cmd
	goOn    io.WriteCloser
}

const slowWriterPath = "ATOMICFILE_TEST_PATH"

var slowHalf = bytes.Repeat([]byte("s"), 2*bufferSize)

// TestSlowWriter is the other process, and no test of its own.
func TestSlowWriter(t *testing.T) {
	path := os.Getenv(slowWriterPath)
	if path == "" {
		t.Skip("runs as a process of other tests")
	}
	err := Write(path, func(w io.Writer) error {
		if _, err := w.Write(slowHalf); err != nil {
			return err
		}
		fmt.Println("half")
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			return err
		}
		_, err := w.Write(slowHalf)
		return err
	})
	require.NoError(t, err)
}

// startSlowWriter returns when the other process has written half.
func startSlowWriter(t *testing.T, path string) *slowWriter {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSlowWriter$")
	cmd.Env = append(os.Environ(), slowWriterPath+"="+path)
	cmd.Stderr = os.Stderr
	goOn, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "half\n", line)
	return &slowWriter{cmd, goOn}
}

func (s *slowWriter) finish(t *testing.T) {
	t.Helper()
	_, err := io.WriteString(s.goOn, "\n")
	require.NoError(t, err)
	require.NoError(t, s.process.Wait())
}

func (s *slowWriter) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, s.process.Process.Kill())
	require.Error(t, s.process.Wait())
}

func TestALivingWriterIsSpared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	slow := startSlowWriter(t, path)
	for range 3 {
		require.NoError(t, Write(path, text("quick")))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "quick", string(got))

	slow.finish(t)
	requireOnly(t, path, string(slowHalf)+string(slowHalf))
}

func TestAKilledWriterIsCleanedUpAfter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, Write(path, text("old")))
	startSlowWriter(t, path).kill(t)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 2, "the killed process leaves its file")
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(got))

	require.NoError(t, Write(path, text("new")))
	requireOnly(t, path, "new")
}

func TestWriterInTheSameProcessIsSpared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, Write(path, func(w io.Writer) error {
		if err := Write(path, text("inner")); err != nil {
			return err
		}
		return text("outer")(w)
	}))
	requireOnly(t, path, "outer")
}

// A file that was removed before it could be locked is no longer there to be
// renamed, and one that is about to be is locked.
func TestClaimSeesARemoval(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tmp")
	mine, err := os.Create(path)
	require.NoError(t, err)
	defer mine.Close()
	other, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	require.NoError(t, lock(other))
	require.False(t, claim(mine), "another removes it")
	require.NoError(t, other.Close())
	require.True(t, claim(mine))
	removeUnused(path)
	require.FileExists(t, path)
	require.NoError(t, os.Remove(path))
	require.False(t, claim(mine), "another has removed it")
}

// TestWritersOfOneTarget lets several writers loose on one file. Each has to
// succeed, and the file is whole whenever it is looked at.
func TestWritersOfOneTarget(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.bin")
	const writers, rounds = 8, 20
	content := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 2*bufferSize) }
	errs := make([]error, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for range rounds {
				if err := Write(path, text(string(content(i)))); err != nil {
					errs[i] = err
					return
				}
				got, err := os.ReadFile(path)
				if err != nil {
					errs[i] = err
					return
				}
				if len(got) == 0 || !bytes.Equal(got, content(int(got[0]-'a'))) {
					errs[i] = fmt.Errorf("a file of %d bytes is mixed", len(got))
					return
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	requireOnly(t, path, string(content(int(got[0]-'a'))))
}
