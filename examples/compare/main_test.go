package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
)

// call runs the program.
func call(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

// cells are those of the rows of the n-th table in a text, without its head.
func cells(t *testing.T, text string, n int) [][]string {
	t.Helper()
	var tables [][][]string
	for block := range strings.SplitSeq(text, "\n\n") {
		if !strings.HasPrefix(block, "|") {
			continue
		}
		var rows [][]string
		for line := range strings.Lines(block) {
			var row []string
			for cell := range strings.SplitSeq(strings.Trim(line, "|\n"), "|") {
				row = append(row, strings.TrimSpace(cell))
			}
			rows = append(rows, row)
			require.Len(t, row, len(rows[0]))
		}
		tables = append(tables, rows[2:])
	}
	require.Greater(t, len(tables), n)
	return tables[n]
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

// A run of everything, too short to learn.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "curves.csv")
	code, out, errs := call(t.Context(), "-gflop", "1.5", "-puzzles", "40", "-held-out", "8", "-positions", "16,36", "-width", "16", "-o", file)
	require.Zero(t, code, errs)

	rows := cells(t, out, 0)
	require.Len(t, rows, len(contenders))
	curves := readCSV(t, file)
	require.Equal(t, []string{"curve", "GFLOP of training", "exact %", "at least %", "at most %"}, curves[0])
	last := map[string][]string{}
	for _, row := range curves[1:] {
		last[row[0]] = row
	}
	for i, c := range contenders {
		require.Equal(t, []string{c.name, c.what}, rows[i][:2])
		require.NotEqual(t, "0", rows[i][5], "training steps")
		require.Contains(t, last, c.name)
	}
	require.Equal(t, len(pairs), strings.Count(out, "; p = "))

	times := cells(t, out, 1)
	require.Len(t, times, 4)
	for i, want := range [][]string{{"16", "MLP"}, {"16", "attention"}, {"36", "MLP"}, {"36", "attention"}} {
		require.Equal(t, want, times[i][:2])
		require.NotEqual(t, "0.00", times[i][6], "ms of training")
	}
	require.Contains(t, out, "- At 36 positions the MLP takes ")
}

// Puzzles of 9 x 9 cells, from files.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	var g sudoku.Generator
	rng := newRNG(1)
	for _, name := range []string{"train.csv", "test.csv"} {
		var puzzles []sudoku.Puzzle
		for range 10 {
			p, err := g.Generate(t.Context(), rng, 0)
			require.NoError(t, err)
			puzzles = append(puzzles, p)
		}
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, sudoku.WriteCSV(f, puzzles))
		require.NoError(t, f.Close())
		paths = append(paths, path)
	}
	code, out, errs := call(t.Context(), "-size", "9", "-data", paths[0], "-eval", paths[1], "-held-out", "6", "-gflop", "1",
		"-contenders", "one-pass", "-positions", "")
	require.Zero(t, code, errs)
	require.Contains(t, out, "9 x 9 Sudokus, 10 to learn from, 6 held out; 1 GFLOP of training each, seed 1.")
	require.Len(t, cells(t, out, 0), 1)

	code, _, errs = call(t.Context(), "-size", "9", "-data", paths[0], "-eval", filepath.Join(dir, "no.csv"))
	require.Equal(t, 2, code)
	require.Contains(t, errs, "no.csv")
}

func TestBadFlags(t *testing.T) {
	for want, args := range map[string]string{
		"not defined":                         "-nonsense",
		`unexpected argument "more"`:          "more",
		"-size 5, want 4 or 9":                "-size 5",
		"-data and -eval go together":         "-size 9 -data x",
		"-data is for -size 9":                "-data x -eval y",
		"-puzzles 0 and":                      "-puzzles 0",
		"-held-out -1":                        "-held-out -1",
		"-givens 16, want 0 to 15":            "-givens 16",
		"-givens -2":                          "-givens -2",
		"-gflop -1, want more than 0":         "-gflop -1",
		"-gflop NaN":                          "-gflop nan",
		"-gflop +Inf":                         "-gflop inf",
		`-contenders: "trm", want some of`:    "-contenders hrm,trm",
		`-contenders: ""`:                     "-contenders hrm,",
		`-positions: "x", want numbers from`:  "-positions 16,x",
		`-positions: "0"`:                     "-positions 0",
		`-positions: "5000", want`:            "-positions 5000",
		"-width 12, want a multiple of 8":     "-width 12",
		"-width 8192":                         "-width 8192",
		"-workers 0":                          "-workers 0",
		"-o x.svg: the name must end in .csv": "-o x.svg",
		"no/such/folder":                      "-o no/such/folder/x.csv",
		"is less than the":                    "-gflop 0.001 -puzzles 4 -held-out 2",
		"not enough puzzles with 15 givens":   "-givens 15 -puzzles 5000 -held-out 1",
	} {
		code, out, errs := call(t.Context(), strings.Fields(args)...)
		require.Equal(t, 2, code, args)
		require.Contains(t, errs, want)
		require.Empty(t, out)
	}
	code, out, errs := call(t.Context(), "-h")
	require.Zero(t, code)
	require.Contains(t, out, "usage: compare")
	require.Contains(t, out, "-contenders")
	require.Empty(t, errs)
}

// stopAfter ends a context when something is told for the n-th time.
type stopAfter struct {
	bytes.Buffer
	text string
	n    int
	stop context.CancelFunc
}

func (s *stopAfter) Write(b []byte) (int, error) {
	if strings.Contains(string(b), s.text) {
		if s.n--; s.n == 0 {
			s.stop()
		}
	}
	return s.Buffer.Write(b)
}

// What there is when the program is interrupted is shown and stored.
func TestInterrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "curves.csv")
	args := []string{"-gflop", "2", "-puzzles", "40", "-held-out", "8", "-positions", "16,25,36", "-width", "16", "-contenders", "one-pass,hrm", "-o", file}
	for _, c := range []struct {
		text          string
		n             int
		names, timing []string
	}{
		{"one-pass: ", 1, nil, nil},
		{"hrm: ", 1, []string{"one-pass"}, nil},
		{"25 positions, MLP", 1, []string{"one-pass", "hrm"}, []string{"MLP", "attention", "MLP"}},
	} {
		ctx, stop := context.WithCancel(t.Context())
		var out bytes.Buffer
		errs := &stopAfter{text: c.text, n: c.n, stop: stop}
		require.Equal(t, 130, run(ctx, args, &out, errs), errs.String())
		require.Contains(t, errs.String(), "compare: interrupted")
		if c.names == nil {
			require.Empty(t, out.String())
			require.NoFileExists(t, file)
			continue
		}
		column := func(table, i int) (words []string) {
			for _, row := range cells(t, out.String(), table) {
				words = append(words, row[i])
			}
			return words
		}
		require.Equal(t, c.names, column(0, 0))
		require.Equal(t, c.names[len(c.names)-1], readCSV(t, file)[len(readCSV(t, file))-1][0])
		if c.timing != nil {
			require.Equal(t, c.timing, column(1, 1))
		}
	}
}

// No puzzle comes twice and no solution is in both parts.
func TestGenerate(t *testing.T) {
	f, err := parse([]string{"-puzzles", "300", "-held-out", "100"}, nil)
	require.NoError(t, err)
	solutions, questions := [2]map[string]bool{{}, {}}, map[string]bool{}
	for part, rows := range parts(t, f) {
		require.Equal(t, []int{300, 100}[part], rows.Len())
		var inputs, labels [16]int32
		for i := range rows.Len() {
			_, err := rows.Row(i, nil, inputs[:], labels[:])
			require.NoError(t, err)
			require.True(t, f.boxes.Keeps(inputs[:], labels[:]))
			questions[sum(inputs[:])] = true
			solutions[part][sum(labels[:])] = true
		}
	}
	require.Len(t, questions, 400)
	for s := range solutions[1] {
		require.NotContains(t, solutions[0], s)
	}
	require.Greater(t, len(solutions[0]), 150, "of 288")
	require.Greater(t, len(solutions[1]), 30)
}

func parts(t *testing.T, f *flags) [2]data.Rows {
	t.Helper()
	p, err := openPuzzles(t.Context(), f)
	require.NoError(t, err)
	defer p.Close()
	return [2]data.Rows{p.training, p.heldOut}
}
