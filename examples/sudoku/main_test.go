package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/internal/simd"
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
	r := call(t, "", "generate", "-n", n, "-min-rating", "0", "-seed", "7")
	require.Zero(t, r.code, r.stderr)
	path := filepath.Join(t.TempDir(), "puzzles.csv")
	require.NoError(t, os.WriteFile(path, []byte(r.stdout), 0o666))
	return path
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"help", "help"}} {
		r := call(t, "", args...)
		require.Zero(t, r.code)
		require.Contains(t, r.stdout, "usage: sudoku [COMMAND]")
		require.Empty(t, r.stderr)
	}
	r := call(t, "", "nonsense")
	require.Equal(t, result{2, "", `sudoku: unknown command "nonsense"; "sudoku help" shows those that there are` + "\n"}, r)
	for _, command := range []string{"solve", "trace", "eval", "merge", "train", "generate", "export", "info", "version"} {
		r := call(t, "", command, "-h")
		require.Zero(t, r.code)
		require.Contains(t, r.stdout, "usage: sudoku "+command)
		require.Empty(t, r.stderr)
		require.Equal(t, r, call(t, "", "help", command))

		r = call(t, "", command, "-nonsense")
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, `not defined: -nonsense; "sudoku `+command+` -h" shows`)
		require.Empty(t, r.stdout)
		require.Equal(t, 2, call(t, "", command, "one", "two").code)
	}
}

// The program and package sudoku have one name, which errors say once.
func TestErrorsNameTheProgramOnce(t *testing.T) {
	r := call(t, "", "eval", "-data", "no/such/file")
	require.Equal(t, 2, r.code)
	require.Equal(t, 1, strings.Count(r.stderr, "sudoku: "), r.stderr)
}

func TestVersion(t *testing.T) {
	r := call(t, "", "version")
	require.Zero(t, r.code, r.stderr)
	for _, want := range []string{"github.com/rereadml/reread", runtime.Version(), runtime.GOARCH, "cpu ", simd.Active().String(), "bfloat16"} {
		require.Contains(t, r.stdout, want)
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
	require.Equal(t, 2, call(t, "", "generate", "-min-rating", "1", "-hardest").code)
}

// TestGenerateSpread makes puzzles as the command does by default, of all levels: two series.
func TestGenerateSpread(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hard puzzles for seconds")
	}
	r := call(t, "", "generate", "-n", "32", "-seed", "1")
	require.Zero(t, r.code, r.stderr)
	puzzles, err := sudoku.ReadCSV(strings.NewReader(r.stdout), "stdout")
	require.NoError(t, err)
	require.Len(t, puzzles, 32)
	var ratings []int
	for _, p := range puzzles {
		ratings = append(ratings, p.Rating)
	}
	require.Less(t, slices.Min(ratings), 4)
	require.Greater(t, slices.Max(ratings), 20)
}

func TestWritePanels(t *testing.T) {
	var before sudoku.Grid
	before[0] = 5
	after := before
	after[1], after[80] = 3, 9
	panels := []panel{{"before", anySize(before), anySize(before)}, {"after", anySize(after), anySize(before)}}
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
