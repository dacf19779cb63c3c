package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
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

// hard is a puzzle that the small model does not solve.
const hard = "..1.......427.......52.3..8.2.6..5....4...9...86.7.1......4.......5...17....872.."

func TestSolveFormats(t *testing.T) {
	r := call(t, "", "solve", "-format", "line", puzzle)
	require.Equal(t, result{0, answer + "\n", ""}, r)

	r = call(t, puzzle+"\n", "solve", "-format", "json", "-")
	require.Zero(t, r.code)
	require.Equal(t, []string{"puzzle", "answer", "solved", "steps", "lines", "margin", "confidence", "givens_kept", "violations"}, keys(t, r.stdout))
	s := parseSolution(t, r.stdout)
	require.Equal(t, puzzle, s.Puzzle)
	require.Equal(t, answer, s.Answer)
	require.True(t, s.Solved)
	require.Less(t, s.Steps, 16)
	require.Positive(t, s.Steps)
	require.Len(t, s.Confidence, 81)
	require.True(t, s.GivensKept)
	require.Equal(t, []string{}, s.Violations)

	r = call(t, "", "solve", puzzle)
	require.Zero(t, r.code)
	require.Contains(t, r.stdout, "puzzle 1: solved in ")
	require.Contains(t, r.stdout, " 5 3 . | . 7 . | . . .     5 3*4 |*6 7*8 |*9*1*2")
}

func TestSolveUnsolved(t *testing.T) {
	r := call(t, "", "solve", "-steps", "2", "-format", "line", hard)
	require.Equal(t, 1, r.code)
	require.False(t, grid(t, strings.TrimSpace(r.stdout)).Solves(grid(t, hard)))
	require.Contains(t, r.stderr, "puzzle 1: not solved in 2 steps: ")
	require.Contains(t, r.stderr, "1 of 1 puzzle not solved")

	r = call(t, "", "solve", "-steps", "2", "-format", "json", hard)
	require.Equal(t, 1, r.code)
	s := parseSolution(t, r.stdout)
	require.False(t, s.Solved)
	require.Equal(t, 2, s.Steps)
	require.False(t, s.GivensKept && len(s.Violations) == 0)

	r = call(t, "", "solve", "-steps", "2", hard)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stdout, "puzzle 1: not solved in 2 steps\n")
	require.Contains(t, r.stdout, " blanks filled without a clash")
}

// parsed is a line of the format json.
type parsed struct {
	Puzzle, Answer string
	Solved         bool
	Steps, Lines   int
	Margin         float64
	Confidence     []float64
	GivensKept     bool `json:"givens_kept"`
	Violations     []string
}

func parseSolution(t *testing.T, line string) parsed {
	t.Helper()
	var s parsed
	dec := json.NewDecoder(strings.NewReader(line))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&s))
	return s
}

// keys returns the names of the values of a JSON object, in its order.
func keys(t *testing.T, object string) []string {
	t.Helper()
	var names []string
	dec := json.NewDecoder(strings.NewReader(object))
	_, err := dec.Token()
	require.NoError(t, err)
	for dec.More() {
		name, err := dec.Token()
		require.NoError(t, err)
		names = append(names, name.(string))
		var value json.RawMessage
		require.NoError(t, dec.Decode(&value))
	}
	return names
}

// TestSolveKeepsWhatIsRight has puzzles that are nearly full, whose first
// answer is right and gets worse with more steps, and a full grid.
func TestSolveKeepsWhatIsRight(t *testing.T) {
	puzzles := nearlyFull(t, 12, 60)
	puzzles = append(puzzles, answer)
	r := call(t, strings.Join(puzzles, "\n"), "solve", "-format", "json")
	require.Zero(t, r.code, r.stderr)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Len(t, lines, len(puzzles))
	for i, line := range lines {
		s := parseSolution(t, line)
		require.Equal(t, puzzles[i], s.Puzzle)
		require.True(t, s.Solved)
	}
	require.Equal(t, answer, parseSolution(t, lines[len(lines)-1]).Answer)
}

// nearlyFull returns n puzzles with so many givens.
func nearlyFull(t *testing.T, n, givens int) []string {
	t.Helper()
	var puzzles []string
	for i := range n {
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		g := sudoku.RandomSymmetry(rng).Apply(grid(t, answer))
		for _, c := range rng.Perm(sudoku.Cells)[givens:] {
			g[c] = 0
		}
		puzzles = append(puzzles, g.String())
	}
	return puzzles
}

// TestSolveHalt stops where the model is content, and nowhere else.
func TestSolveHalt(t *testing.T) {
	r := call(t, strings.Join(append(nearlyFull(t, 12, 60), hard), "\n"), "solve", "-halt", "-hypotheses", "-1", "-format", "json")
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	require.Len(t, lines, 13)
	for _, line := range lines[:12] {
		if s := parseSolution(t, line); s.Steps < 16 {
			require.Positive(t, s.Margin)
		}
	}
	require.Less(t, parseSolution(t, lines[0]).Steps, 16)
	require.Equal(t, 16, parseSolution(t, lines[12]).Steps)
	require.Equal(t, 1, r.code)
}

// TestSolveGuesses goes on where the steps end without an answer.
func TestSolveGuesses(t *testing.T) {
	r := call(t, "", "solve", "-steps", "1", "-guesses", "2", hard)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stdout, "puzzle 1: not solved in 3 steps on 3 lines of thought\n")
	s := parseSolution(t, call(t, "", "solve", "-guesses", "2", "-format", "json", puzzle).stdout)
	require.True(t, s.Solved)
	require.Equal(t, 1, s.Lines)
}

// TestSolveLines thinks again where a line comes to no answer.
func TestSolveLines(t *testing.T) {
	r := call(t, "", "solve", "-steps", "1", "-lines", "3", "-start-noise", "0.1", hard)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stdout, "puzzle 1: not solved in 3 steps on 3 lines of thought\n")
	s := parseSolution(t, call(t, "", "solve", "-lines", "3", "-noise", "0.1", "-format", "json", puzzle).stdout)
	require.True(t, s.Solved)
	require.Equal(t, 1, s.Lines)
}

// stopper cancels a context when something is written to it.
type stopper struct {
	cancel func()
	bytes.Buffer
}

func (w *stopper) Write(b []byte) (int, error) {
	w.cancel()
	return w.Buffer.Write(b)
}

// TestSolveInterrupted keeps the answers that are there.
func TestSolveInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const n = 400
	stdin := puzzle + "\n" + strings.Repeat(hard+"\n", n)
	stdout, stderr := &stopper{cancel: cancel}, new(bytes.Buffer)
	require.Equal(t, 130, run(ctx, []string{"solve", "-format", "line"}, strings.NewReader(stdin), stdout, stderr))
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	require.Equal(t, answer, lines[0])
	require.Less(t, len(lines), n)
	require.Contains(t, stderr.String(), "interrupted")
}

func TestSolveFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	text := "\ufeff# two puzzles\n\n" + puzzle + "\r\n  " + strings.ReplaceAll(puzzle, ".", "0") + "\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	r := call(t, "", "solve", "-format", "line", path)
	require.Equal(t, result{0, answer + "\n" + answer + "\n", ""}, r)

	r = call(t, "", "solve", "-steps", "1", "-format", "line", writePuzzles(t, "3"))
	require.Contains(t, []int{0, 1}, r.code)
	require.Equal(t, 3, strings.Count(r.stdout, "\n"))
}

// A file may have the name of anything but a grid.
func TestSolveFileNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"81", "0.1", "a,b.csv"} {
		require.NoError(t, os.WriteFile(name, []byte(puzzle), 0o666))
		require.Equal(t, result{0, answer + "\n", ""}, call(t, "", "solve", "-format", "line", name))
	}
	require.NoError(t, os.WriteFile(puzzle, []byte(hard), 0o666))
	require.Equal(t, result{0, answer + "\n", ""}, call(t, "", "solve", "-format", "line", puzzle))
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
		{"digits", "", []string{"82"}, "2 characters"},
		{"no file", "", []string{"no/such/file"}, "neither a puzzle"},
		{"line", "# good, then bad\n" + puzzle + "\n" + puzzle[:79] + "\n", nil, "standard input:3: "},
		{"givens on a line", puzzle + "\n" + broken, nil, "standard input:2: the givens break the rules"},
		{"nothing", "# nothing\n", nil, "no puzzles"},
		{"csv", "source,question,answer,rating\na,b,c,d\n", nil, "standard input:2: "},
		{"long line", strings.Repeat("1", 1<<17), nil, "standard input:1: "},
		{"steps", "", []string{"-steps", "-1", puzzle}, "-steps"},
		{"guesses", "", []string{"-guesses", "-1", puzzle}, "-guesses"},
		{"halt margin", "", []string{"-halt-margin", "4", puzzle}, "-halt-margin is about -halt"},
		{"lines", "", []string{"-lines", "-1", puzzle}, "-lines"},
		{"equal lines", "", []string{"-lines", "2", "-noise", "-1", "-hypotheses", "-1", puzzle}, "lines of thought would all be the same"},
		{"lines and guesses", "", []string{"-lines", "2", "-noise", "1", "-guesses", "2", puzzle}, "rollouts or guesses, not both"},
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
	require.True(t, a.Solves(p))

	other := sudoku.Symmetry{}.Apply(a)
	for c := range other { // a solved grid, but of another puzzle
		other[c] = 10 - other[c]
	}
	require.True(t, other.Solved())
	require.False(t, other.Solves(p))
	require.Contains(t, shortfall(anySize(other), anySize(p)), "givens changed")

	near := a
	near[2] = 1
	require.False(t, near.Solves(p))
	require.Equal(t, "47 of 51 blanks filled without a clash, 3 rule violations, first 2 times 1 in row 1", shortfall(anySize(near), anySize(p)))

	blank := a
	blank[2] = 0
	require.False(t, blank.Solves(p))
	require.Equal(t, "50 of 51 blanks filled without a clash", shortfall(anySize(blank), anySize(p)))
}

func TestViolationsOfAllUnits(t *testing.T) {
	var g sudoku.Grid
	g[40], g[44], g[76], g[50] = 7, 7, 7, 7
	list, cells := violations(anySize(g))
	var texts []string
	for _, v := range list {
		texts = append(texts, v.String())
	}
	require.Equal(t, []string{"2 times 7 in row 5", "2 times 7 in column 5", "2 times 7 in box 5"}, texts)
	for c := range cells {
		require.Equal(t, g[c] == 7, cells[c])
	}
}
