package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// killProgram starts the program and kills it once there is a file. Its workers have to
// end as well.
func killProgram(t *testing.T, args []string, path string) {
	var stderr bytes.Buffer
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stderr = &stderr // of the workers as well, so that Wait waits for them
	cmd.WaitDelay = time.Minute
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill()
	for found := false; !found; {
		time.Sleep(2 * time.Millisecond)
		_, err := os.Stat(path)
		found = err == nil
		require.NoError(t, t.Context().Err())
	}
	require.NoError(t, cmd.Process.Kill())
	require.ErrorContains(t, cmd.Wait(), "killed", &stderr)
}

func TestEvalInProcesses(t *testing.T) {
	file, weights := savePuzzles(t, 10), saveModel(t)
	want := counts(t, inOneProcess(t, file, weights, 0, 2))
	for _, c := range []struct {
		name    string
		failure failure
		again   int // times
		min     int // processes
		err     string
	}{
		{"all live", failure{Shard: -1}, 0, 2, ""},
		{"one is killed", failure{Shard: 3, Times: 1, Kill: true}, 1, 3, ""},
		{"one is killed every time", failure{Shard: 3, Times: tries, Kill: true}, tries - 1, tries, "worker 2 of 2 was lost"},
		{"one fails", failure{Shard: 3, Times: 1}, 0, 2, errLost.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, failure := t.TempDir(), c.failure
			failure.Dir = t.TempDir()
			failing := &failingEvalFn{*newEvalFn(t, file, weights, dir), failure}
			stderr, err := os.Create(filepath.Join(failure.Dir, "stderr"))
			require.NoError(t, err)
			defer stderr.Close()
			w := &workers{n: 2, stderr: stderr}
			path := filepath.Join(dir, resultFile)
			err = evaluateOn(t.Context(), w, failing, 5, path)
			require.NoError(t, w.close())
			told, readErr := os.ReadFile(stderr.Name())
			require.NoError(t, readErr)
			assert.Equal(t, c.again, strings.Count(string(told), "trying again"), string(told))
			assert.GreaterOrEqual(t, failure.processes(t), c.min)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				require.NoFileExists(t, path)
				err = evaluateOn(t.Context(), w, failing, 5, path)
				require.NoError(t, w.close())
			}
			require.NoError(t, err)
			assert.Equal(t, want, counts(t, loadResult(t, dir)))
		})
	}
}

// The job service is Prism in a process of its own, and so are the workers.
func TestEvalOnJobService(t *testing.T) {
	file, weights, top := savePuzzles(t, 10), saveModel(t), t.TempDir()
	want := counts(t, inOneProcess(t, file, weights, 0, 2))
	service := startJobService(t)
	worker, err := startProcess(t.Context(), os.Stderr)
	require.NoError(t, err)
	for name, flags := range map[string][]string{
		"processes": {"-processes", "2"},
		"loopback":  {"--environment_type=LOOPBACK"},
		"external":  {"--environment_type=EXTERNAL", "--environment_config=" + worker.addr, "--worker_binary=" + os.DevNull},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(top, name)
			args := []string{"eval", "-data", file, "-weights", weights, "-out", dir, "-steps", "2", "-shards", "5", "--runner=universal", "--endpoint=" + service}
			_, err := command(t, append(args, flags...)...)
			require.NoError(t, err)
			assert.Equal(t, want, counts(t, loadResult(t, dir)))
		})
	}
	require.NoError(t, worker.end())
}

// startJobService returns the address of a job service in a process of its own.
func startJobService(t *testing.T) string {
	cmd := exec.Command(os.Args[0], "jobservice")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close()
		assert.NoError(t, cmd.Wait())
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(addr)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// serveJobs is Prism, until standard input ends.
func serveJobs() error {
	port, err := freePort()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := prism.CreateJobServer(ctx, prism.Options{Port: port}); err != nil {
		return err
	}
	fmt.Printf("localhost:%d\n", port)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
