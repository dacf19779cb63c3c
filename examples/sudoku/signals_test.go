//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/internal/trainrun"
)

// envMain makes TestHelperMain be the program, with these arguments.
const envMain = "REREAD_TEST_MAIN"

// TestHelperMain is no test but the process of those below.
func TestHelperMain(t *testing.T) {
	args := os.Getenv(envMain)
	if args == "" {
		t.Skip("runs as a child of other tests")
	}
	os.Args = append([]string{"sudoku"}, strings.Split(args, "\n")...)
	main()
}

// mainCommand is the program in a process of its own.
func mainCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run=^TestHelperMain$")
	cmd.Env = append(os.Environ(), envMain+"="+strings.Join(args, "\n"))
	return cmd
}

func startMain(t *testing.T, stdout *bytes.Buffer, args ...string) *exec.Cmd {
	t.Helper()
	cmd := mainCommand(t, args...)
	cmd.Stdout = stdout
	require.NoError(t, cmd.Start())
	return cmd
}

// TestWarnsOfALevel: a level that cannot be had is said once, whatever the
// command, and changes nothing else.
func TestWarnsOfALevel(t *testing.T) {
	for level, want := range map[string]string{"avx3": `there is no level "avx3"`, "": "", "generic": ""} {
		cmd := mainCommand(t, "generate", "-n", "1")
		cmd.Env = append(cmd.Env, simd.EnvLevel+"="+level)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		require.NoError(t, cmd.Run(), &stderr)
		if want == "" {
			require.NotContains(t, stderr.String(), "warning")
			continue
		}
		require.Equal(t, 1, strings.Count(stderr.String(), "sudoku: warning: simd: "+simd.EnvLevel+": "+want), &stderr)
	}
}

func TestSignalsSave(t *testing.T) {
	puzzles := writePuzzles(t, "1")
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			if s == syscall.SIGHUP && signal.Ignored(s) {
				t.Skip("the tests run under nohup")
			}
			out := t.TempDir()
			var stdout bytes.Buffer
			cmd := startMain(t, &stdout, "train", "-data", puzzles, "-batch", "1", "-out", out)
			requireFile(t, filepath.Join(out, trainrun.CheckpointFile))
			require.NoError(t, cmd.Process.Signal(s))
			require.Error(t, cmd.Wait())
			require.Equal(t, 130, cmd.ProcessState.ExitCode(), "what is left of the run: %s", &stdout)
			require.Contains(t, stdout.String(), "to go on: sudoku train -resume -out "+out)
			require.FileExists(t, filepath.Join(out, trainrun.ModelFile))
		})
	}
}

// TestKilledRunGoesOn: from its first moment in the folder on, a run can be
// killed and resumed, or begun again.
func TestKilledRunGoesOn(t *testing.T) {
	puzzles, out := writePuzzles(t, "1"), t.TempDir()
	args := []string{"train", "-data", puzzles, "-batch", "1", "-steps", "100000", "-out", out}
	var stdout bytes.Buffer
	cmd := startMain(t, &stdout, args...)
	requireFile(t, filepath.Join(out, trainrun.ConfigFile))
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	resumed, begun := call(t, "", "train", "-resume", "-time", "1ns", "-out", out), call(t, "", append(args, "-time", "1ns")...)
	require.Equal(t, 2, resumed.code+begun.code, "one of the two works: %v %v", resumed, begun)
}

func requireFile(t *testing.T, path string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := os.Stat(path)
		return err == nil
	}, time.Minute, time.Millisecond)
}
