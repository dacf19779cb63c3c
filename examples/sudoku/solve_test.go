package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/sudoku"
)

const (
	puzzle = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
	answer = "534678912672195348198342567859761423426853791713924856961537284287419635345286179"
)

func grid(t *testing.T, s string) sudoku.Grid {
	t.Helper()
	g, err := sudoku.Parse(s)
	require.NoError(t, err)
	return g
}

func TestSolveFormats(t *testing.T) {
	// The answers are the model's affair; that what is said of them is true is
	// not.
	r := call(t, "", "solve", "-steps", "2", "-format", "line", puzzle)
	given := strings.TrimSpace(r.stdout)
	if solves(grid(t, given), grid(t, puzzle)) {
		require.Zero(t, r.code)
		require.Empty(t, r.stderr)
	} else {
		require.Equal(t, 1, r.code)
		require.Contains(t, r.stderr, "1 of 1 puzzle not solved")
	}

	r = call(t, puzzle+"\n", "solve", "-steps", "2", "-format", "json", "-")
	var object struct {
		Puzzle, Answer string
		Solved         bool
		Steps          int
		GivensKept     *bool `json:"givens_kept"`
		Violations     []string
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &object))
	require.Equal(t, puzzle, object.Puzzle)
	require.Equal(t, 2, object.Steps)
	require.Equal(t, object.Solved, solves(grid(t, object.Answer), grid(t, puzzle)))
	require.Equal(t, object.Solved, r.code == 0)
	require.NotNil(t, object.GivensKept)
	require.NotNil(t, object.Violations)

	r = call(t, "", "solve", "-steps", "2", puzzle)
	require.Contains(t, r.stdout, "puzzle 1: ")
	require.Contains(t, r.stdout, " 5 3 . | . 7 . | . . .    ")
}

func TestSolveFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	text := "\ufeff# two puzzles\n\n" + puzzle + "\r\n  " + strings.ReplaceAll(puzzle, ".", "0") + "\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	r := call(t, "", "solve", "-steps", "1", "-format", "line", path)
	require.NotEqual(t, 2, r.code)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Len(t, lines, 2)
	require.Equal(t, lines[0], lines[1])

	r = call(t, "", "solve", "-steps", "1", "-format", "line", writePuzzles(t, "3"))
	require.NotEqual(t, 2, r.code)
	require.Equal(t, 3, strings.Count(r.stdout, "\n"))
}

func TestSolveBadInput(t *testing.T) {
	broken := "55" + puzzle[2:]
	for _, c := range []struct {
		name  string
		stdin string
		args  []string
		want  string
	}{
		{"short", "", []string{puzzle[:80]}, "80 characters"},
		{"empty", "", []string{""}, "0 characters"},
		{"character", "", []string{"x" + puzzle[1:]}, "'x'"},
		{"givens", "", []string{broken}, "2 times 5 in row 1"},
		{"no file", "", []string{"no/such/file"}, "neither a puzzle"},
		{"line", "# good, then bad\n" + puzzle + "\n" + puzzle[:79] + "\n", nil, "standard input:3: "},
		{"givens on a line", puzzle + "\n" + broken, nil, "standard input:2: the givens break the rules"},
		{"nothing", "# nothing\n", nil, "no puzzles"},
		{"csv", "source,question,answer,rating\na,b,c,d\n", nil, "standard input:2: "},
		{"long line", strings.Repeat("1", 1<<17), nil, "standard input:1: "},
		{"steps", "", []string{"-steps", "0", puzzle}, "-steps"},
		{"format", "", []string{"-format", "poem", puzzle}, "-format"},
		{"weights", "", []string{"-weights", "no/such/file", puzzle}, "no/such/file"},
		{"flags last", "", []string{puzzle, "-steps", "1"}, "flags come before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := call(t, c.stdin, append([]string{"solve"}, c.args...)...)
			require.Equal(t, 2, r.code, r.stderr)
			require.Contains(t, r.stderr, c.want)
			require.Empty(t, r.stdout)
		})
	}
}

func TestSolvesGoesByTheRules(t *testing.T) {
	p, a := grid(t, puzzle), grid(t, answer)
	require.True(t, solves(a, p))

	other := sudoku.Symmetry{}.Apply(a)
	for c := range other { // a solved grid, but of another puzzle
		other[c] = 10 - other[c]
	}
	require.True(t, other.Solved())
	require.False(t, solves(other, p))
	require.Contains(t, shortfall(other, p), "givens changed")

	near := a
	near[2] = 1
	require.False(t, solves(near, p))
	require.Equal(t, "47 of 51 blanks filled without a clash, 3 rule violations, first 2 times 1 in row 1", shortfall(near, p))

	blank := a
	blank[2] = 0
	require.False(t, solves(blank, p))
	require.Equal(t, "50 of 51 blanks filled without a clash", shortfall(blank, p))
}

func TestViolationsOfAllUnits(t *testing.T) {
	var g sudoku.Grid
	g[40], g[44], g[76], g[50] = 7, 7, 7, 7
	list, cells := violations(g)
	var texts []string
	for _, v := range list {
		texts = append(texts, v.String())
	}
	require.Equal(t, []string{"2 times 7 in row 5", "2 times 7 in column 5", "2 times 7 in box 5"}, texts)
	for c := range cells {
		require.Equal(t, g[c] == 7, cells[c])
	}
}
