package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rereadml/reread/internal/trainrun"
	"github.com/stretchr/testify/require"
)

// small are the flags of a run that takes a moment.
func small(dir string, more ...string) []string {
	return append([]string{"train", "-out", dir, "-size", "5", "-batch", "4", "-halt-steps", "2", "-steps", "5"}, more...)
}

// TestResumed compares a run with one that was interrupted at once.
func TestResumed(t *testing.T) {
	whole, parts := t.TempDir(), t.TempDir()
	succeed(t, small(whole, "-workers", "1")...)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stderr := new(bytes.Buffer)
	require.Equal(t, 130, run(ctx, small(parts), nil, new(bytes.Buffer), stderr))
	require.Contains(t, stderr.String(), "saved step 0 of 5 in "+parts+"; -resume goes on\n")
	r := call(t, "", small(parts)...)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "holds a run already")
	r = call(t, "", "train", "-resume", "-out", parts, "-time", time.Nanosecond.String())
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stderr, "saved step 0 of 5 in "+parts+"; -resume goes on\n")
	r = call(t, "", "train", "-resume", "-out", parts)
	require.Zero(t, r.code, r.stderr)
	require.Contains(t, r.stderr, "saved step 5 of 5 in "+parts+"\n")

	for _, name := range []string{trainrun.ModelFile, trainrun.CheckpointFile, trainrun.ConfigFile} {
		a, err := os.ReadFile(filepath.Join(whole, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(parts, name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b), name)
	}
	require.Contains(t, succeed(t, "eval", "-weights", filepath.Join(parts, trainrun.ModelFile), "-size", "6", "-n", "2"), "2 steps\n")
}

// TestTrainFromWeights goes on with the weights of a smaller size.
func TestTrainFromWeights(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	succeed(t, small(first)...)
	weights := filepath.Join(first, trainrun.ModelFile)
	succeed(t, "train", "-out", second, "-weights", weights, "-size", "7", "-batch", "2", "-halt-steps", "3", "-steps", "1", "-rate", "1e-9", "-precision", "float32")
	test := []string{"-size", "6", "-n", "3", "-steps", "1"}
	a := succeed(t, append([]string{"eval", "-weights", weights}, test...)...)
	b := succeed(t, append([]string{"eval", "-weights", filepath.Join(second, trainrun.ModelFile)}, test...)...)
	require.Equal(t, a[len(weights):], b[len(filepath.Join(second, trainrun.ModelFile)):])

	require.NoError(t, os.WriteFile(filepath.Join(second, trainrun.ConfigFile), []byte("{"), 0o666))
	r := call(t, "", "train", "-resume", "-out", second)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, trainrun.ConfigFile)
}
