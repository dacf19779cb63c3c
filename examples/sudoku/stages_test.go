package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/trainrun"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// withStages adds the preset "staged", of two stages of three steps, the second
// of which thinks deeper.
func withStages(t *testing.T) {
	before := presets
	t.Cleanup(func() { presets = before })
	shallow, deep := trm.SudokuSmall(), trm.SudokuSmall()
	shallow.HCycles, shallow.LCycles, deep.LCycles = 1, 1, 3
	c := train.Laptop()
	c.BatchSize, c.Steps, c.WarmupSteps = 2, 3, 1
	presets = append(presets[:len(presets):len(presets)], preset{trm.Kind, "staged", []stage{{arch: shallow, train: c}, {deep, c, sudoku.Variety{ExtraGivens: 0.3, WrongValues: 0.3}}}})
}

func TestStages(t *testing.T) {
	withStages(t)
	puzzles := writePuzzles(t, "3")
	whole, parts := t.TempDir(), t.TempDir()
	args := []string{"train", "-preset", "staged", "-data", puzzles, "-seed", "5", "-out"}
	r := call(t, "", append(args, whole)...)
	require.Zero(t, r.code, r.stderr)

	// Interrupted after every step, it comes to the same end.
	code, interrupted := run(t.Context(), append(args, parts, "-time", "1ns"), nil, io.Discard, io.Discard), 0
	for ; code != 0 || interrupted == 0; interrupted++ {
		ctx, cancel := context.WithCancel(t.Context())
		var stdout bytes.Buffer
		code = run(ctx, []string{"train", "-resume", "-out", parts}, nil, &stdout, interrupter{cancel})
		require.Contains(t, []int{0, 130}, code)
	}
	require.GreaterOrEqual(t, interrupted, 6)
	for _, name := range []string{"stage-1", "stage-2"} {
		for _, file := range []string{trainrun.CheckpointFile, trainrun.ModelFile} {
			require.Equal(t, read(t, filepath.Join(whole, name), file), read(t, filepath.Join(parts, name), file), name+"/"+file)
		}
	}

	// A stage begun by hand is the same run, also where only the weights say the
	// preset.
	first := filepath.Join(whole, "stage-1", trainrun.ModelFile)
	for _, preset := range [][]string{{"-preset", "staged"}, nil} {
		alone := filepath.Join(t.TempDir(), "alone")
		r = call(t, "", append([]string{"train", "-data", puzzles, "-seed", "5", "-out", alone, "-stage", "2", "-weights", first}, preset...)...)
		require.Zero(t, r.code, r.stderr)
		require.Equal(t, read(t, filepath.Join(whole, "stage-2"), trainrun.ModelFile), read(t, alone, trainrun.ModelFile))
	}

	taken := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(taken, "stage-2", trainrun.ModelFile), 0o777))
	for _, c := range []struct {
		args []string
		want string
	}{
		{append(args, taken), filepath.Join("stage-2", trainrun.ModelFile) + " is there already"},
		{append(args, whole), "holds the stages of a run already"},
		{append(args, t.TempDir(), "-steps", "9"), "choose it by -stage"},
		{append(args, t.TempDir(), "-stage", "3"), "no stage 3, only 1 to 2"},
		{append(args, t.TempDir(), "-stage", "-1"), "no stage -1"},
	} {
		r := call(t, "", c.args...)
		require.Equal(t, 2, r.code, c.want)
		require.Contains(t, r.stderr, c.want)
	}
}
