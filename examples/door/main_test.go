package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/trm"
)

func TestDemo(t *testing.T) {
	out, _, status := runProgram(t, "")
	require.Zero(t, status)
	for _, says := range []string{"An HRM of ", " step 1, no key", "fast z_L", " start ", " takes key", " opens door", " at the goal", "The goal is reached in "} {
		require.Contains(t, out, says)
	}
	require.NotContains(t, out, "\x1b", "stdout is no terminal")
	again, _, _ := runProgram(t, "")
	require.Equal(t, out, again)
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 84, line)
	}
}

func TestDemoOfLayout(t *testing.T) {
	file := filepath.Join(t.TempDir(), "layout")
	require.NoError(t, os.WriteFile(file, []byte(corridor), 0o666))
	fromFile, _, status := runProgram(t, "", "-layout", file, "-model", "trm", "-steps", "1")
	require.Zero(t, status)
	require.Contains(t, fromFile, "takes 15 moves at least. A TRM of ")
	require.Contains(t, fromFile, " A · K # # # #")
	require.NotContains(t, fromFile, "step 2")
	fromStdin, _, _ := runProgram(t, corridor, "-layout", "-", "-model", "trm", "-steps", "1")
	require.Equal(t, fromFile, fromStdin)
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"eval", "-h"}, {"train", "-h"}} {
		out, _, status := runProgram(t, "", args...)
		require.Zero(t, status)
		require.Contains(t, out, "usage: door")
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	other := arch()
	other.SeqLen, other.HeadGroups = 4, nil
	small := filepath.Join(dir, "small.safetensors")
	require.NoError(t, newModel(t, trm.Config{Arch: other}).Save(small))
	single := filepath.Join(dir, "single.safetensors")
	require.NoError(t, newModel(t, trm.Config{Arch: arch(), SingleLatent: true}).Save(single))
	for _, c := range []struct {
		says string
		args []string
	}{
		{`unexpected argument "nothing"`, []string{"nothing"}},
		{"not defined: -nothing", []string{"-nothing"}},
		{`unknown model "gpt", want hrm or trm`, []string{"-model", "gpt"}},
		{"-steps is -1", []string{"-steps", "-1"}},
		{"no such file", []string{"-layout", filepath.Join(dir, "none")}},
		{"-: world: 1 lines, want 7", []string{"-layout", "-"}},
		{"no such file", []string{"-weights", filepath.Join(dir, "none")}},
		{"a model of 4 cells and 25 tokens is not for this world", []string{"-weights", small}},
		{"a model with the states [z_L], want z_H and z_L", []string{"eval", "-weights", single}},
		{"-n is 0, want 1 to", []string{"eval", "-n", "0"}},
		{"-steps is -1", []string{"eval", "-steps", "-1"}},
		{"exclude each other", []string{"eval", "-weights", small, "-model", "hrm"}},
		{`unknown model "gpt"`, []string{"eval", "-model", "gpt"}},
		{"invalid value", []string{"eval", "-n", "many"}},
		{`unknown model "gpt"`, []string{"train", "-model", "gpt"}},
		{"-n is 0, want 1 to", []string{"train", "-n", "0"}},
		{"that of the layouts to evaluate on", []string{"train", "-seed", "4294967296"}},
		{"global_batch_size is -1", []string{"train", "-batch", "-1", "-out", dir}},
		{"small.safetensors", []string{"train", "-out", small}},
	} {
		out, complaint, status := runProgram(t, "no layout", c.args...)
		require.Equal(t, 2, status, c.args)
		require.Contains(t, complaint, c.says, c.args)
		require.Empty(t, out, c.args)
	}
}

func TestUnsolvableLayout(t *testing.T) {
	_, complaint, status := runProgram(t, strings.Replace(corridor, "A.K", "A#K", 1), "-layout", "-")
	require.Equal(t, 2, status)
	require.Contains(t, complaint, "the goal cannot be reached")
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := &program{stdout: io.Discard, stderr: io.Discard}
	require.Equal(t, 130, p.run(ctx, nil))
	require.Equal(t, 130, p.run(ctx, []string{"eval", "-n", "1"}))
}
