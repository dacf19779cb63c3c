package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

// result is what a call of the program leaves.
type result struct {
	code           int
	stdout, stderr string
}

func call(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// writePuzzles makes a CSV file of n easy puzzles.
func writePuzzles(t *testing.T, n string) string {
	t.Helper()
	r := call(t, "", "generate", "-n", n, "-seed", "7")
	require.Zero(t, r.code, r.stderr)
	path := filepath.Join(t.TempDir(), "puzzles.csv")
	require.NoError(t, os.WriteFile(path, []byte(r.stdout), 0o666))
	return path
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"nonsense"}} {
		r := call(t, "", args...)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, "usage: sudoku")
		require.Empty(t, r.stdout)
	}
	for _, command := range []string{"solve", "eval", "merge", "train", "generate", "export"} {
		r := call(t, "", command, "-h")
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, "usage: sudoku "+command)
		require.Equal(t, 2, call(t, "", command, "-nonsense").code)
		require.Equal(t, 2, call(t, "", command, "one", "two").code)
	}
}

func TestGenerate(t *testing.T) {
	args := []string{"generate", "-n", "5", "-min-rating", "2", "-seed", "3"}
	first, second := call(t, "", args...), call(t, "", args...)
	require.Zero(t, first.code, first.stderr)
	require.Equal(t, first, second)
	puzzles, err := sudoku.ReadCSV(strings.NewReader(first.stdout), "stdout")
	require.NoError(t, err)
	require.Len(t, puzzles, 5)
	var s sudoku.Solver
	for _, p := range puzzles {
		require.GreaterOrEqual(t, p.Rating, 2)
		require.Equal(t, 1, s.Count(p.Question, 2))
	}
	require.Equal(t, 2, call(t, "", "generate", "-n", "0").code)
	require.Equal(t, 2, call(t, "", "generate", "-min-rating", "-1").code)
}

func TestWritePanels(t *testing.T) {
	var before sudoku.Grid
	before[0] = 5
	after := before
	after[1], after[80] = 3, 9
	panels := []panel{{"before", before, before}, {"after", after, before}}
	var out strings.Builder
	require.NoError(t, writePanels(&out, panels, false))
	lines := strings.Split(out.String(), "\n")
	require.Equal(t, "before                    after", lines[0])
	require.Equal(t, " 5 . . | . . . | . . .     5*3 . | . . . | . . .", lines[1])
	require.Equal(t, "-------+-------+------    -------+-------+------", lines[4])
	require.Equal(t, " . . . | . . . | . . .     . . . | . . . | . .*9", lines[11])

	out.Reset()
	require.NoError(t, writePanels(&out, panels, true))
	require.Contains(t, out.String(), " 5 \x1b[1;32m3\x1b[0m .")
}
