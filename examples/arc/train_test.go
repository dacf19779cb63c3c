package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/trainrun"
)

// TestResumed compares runs with those that were interrupted at once.
func TestResumed(t *testing.T) {
	first := t.TempDir()
	succeed(t, small5(first, "-workers", "1")...)
	for name, more := range map[string][]string{
		"all weights": nil, "rows": {"-weights", filepath.Join(first, trainrun.ModelFile), "-rows-only"},
	} {
		t.Run(name, func(t *testing.T) {
			whole, parts := t.TempDir(), t.TempDir()
			succeed(t, small5(whole, append([]string{"-workers", "1"}, more...)...)...)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.Equal(t, 130, run(ctx, small5(parts, more...), new(bytes.Buffer), new(bytes.Buffer)))
			r := call(t, small5(parts, more...)...)
			require.Equal(t, 2, r.code)
			require.Contains(t, r.stderr, "holds a run already")
			r = call(t, "train", "-resume", "-out", parts, "-time", time.Nanosecond.String())
			require.Zero(t, r.code, r.stderr)
			require.Contains(t, r.stderr, "saved step 0 of 5 in "+parts+"; -resume goes on\n")
			succeed(t, "train", "-resume", "-out", parts)
			for _, name := range []string{trainrun.ModelFile, trainrun.CheckpointFile, trainrun.ConfigFile} {
				a, err := os.ReadFile(filepath.Join(whole, name))
				require.NoError(t, err)
				b, err := os.ReadFile(filepath.Join(parts, name))
				require.NoError(t, err)
				require.True(t, bytes.Equal(a, b), name)
			}
		})
	}
}

// TestRowsOnly learns other tasks, of another number, with weights that stay.
func TestRowsOnly(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	succeed(t, small5(first)...)
	from := filepath.Join(first, trainrun.ModelFile)
	succeed(t, "train", "-rows-only", "-weights", from, "-out", second, "-tasks", "3", "-augmentations", "1", "-task-seed", "9", "-batch", "4", "-steps", "6")
	a, err := reread.Load(from)
	require.NoError(t, err)
	b, err := reread.Load(filepath.Join(second, trainrun.ModelFile))
	require.NoError(t, err)
	require.Equal(t, a.Params().Data(), b.Params().Data())
	table := b.PuzzleTable()
	require.Equal(t, 7, table.IDs)
	require.NotEqual(t, table.Row(1), table.Row(2))

	// The blank identifier has no pairs: its row stays the mean.
	mean := make([]float64, table.Dim)
	for id := range a.PuzzleTable().IDs {
		for i, x := range a.PuzzleTable().Row(int32(id)) {
			mean[i] += float64(x) / float64(a.PuzzleTable().IDs)
		}
	}
	for i, x := range table.Row(0) {
		require.InDelta(t, mean[i], x, 1e-6)
	}
	require.Contains(t, succeed(t, "eval", "-weights", filepath.Join(second, trainrun.ModelFile), "-tasks", "3", "-augmentations", "1", "-task-seed", "9"), "3 tasks, 6 rows")

	require.NoError(t, os.WriteFile(filepath.Join(second, trainrun.ConfigFile), []byte("{"), 0o666))
	r := call(t, "train", "-resume", "-out", second)
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, trainrun.ConfigFile)
}

// TestKeepRows goes on with all that a run has learned.
func TestKeepRows(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	succeed(t, small5(first)...)
	from := filepath.Join(first, trainrun.ModelFile)
	succeed(t, small5(second, "-weights", from, "-keep-rows", "-rows-only", "-row-rate", "1e-9", "-row-decay", "0")...)
	a, err := reread.Load(from)
	require.NoError(t, err)
	b, err := reread.Load(filepath.Join(second, trainrun.ModelFile))
	require.NoError(t, err)
	require.InDeltaSlice(t, a.PuzzleTable().Weights, b.PuzzleTable().Weights, 1e-7)

	r := call(t, "train", "-weights", from, "-keep-rows", "-out", t.TempDir(), "-tasks", "2", "-steps", "1")
	require.Equal(t, 2, r.code)
	require.Contains(t, r.stderr, "it was trained on others")
}
