package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/data/sudoku/anysize"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train/eval"
	"github.com/rereadml/reread/trm"
)

// made returns lines of n puzzles.
func made(t *testing.T, b anysize.Boxes, n, givens int) string {
	t.Helper()
	g, err := anysize.NewGenerator(b)
	require.NoError(t, err)
	var lines strings.Builder
	for i := range n {
		p, err := g.Generate(t.Context(), rand.New(rand.NewPCG(1, uint64(i))), givens)
		require.NoError(t, err)
		lines.WriteString(p.Question.String() + "\n")
	}
	return lines.String()
}

// The program answers puzzles of other sizes, and tells by their rules what it
// solved.
func TestSolveBoxes(t *testing.T) {
	for _, b := range []anysize.Boxes{{Height: 2, Width: 2}, {Height: 2, Width: 3}, {Height: 2, Width: 5}, {Height: 1, Width: 5}} {
		r := call(t, made(t, b, 3, b.Cells()*3/4), "solve", "-boxes", b.String(), "-steps", "2", "-format", "json")
		require.Contains(t, []int{0, 1}, r.code, r.stderr)
		lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
		require.Len(t, lines, 3)
		for _, line := range lines {
			s := parseSolution(t, line)
			question, err := anysize.Parse(b, s.Puzzle)
			require.NoError(t, err)
			answer, err := anysize.Parse(b, s.Answer)
			require.NoError(t, err)
			require.Equal(t, answer.Solves(question), s.Solved)
			require.Equal(t, answer.Extends(question), s.GivensKept)
			require.Equal(t, answer.Check() == nil, len(s.Violations) == 0)
			require.Len(t, s.Confidence, b.Cells())
		}
	}
}

func TestSolveBoxesBoard(t *testing.T) {
	puzzle := "1234341221434.21"
	path := filepath.Join(t.TempDir(), "4x4.txt")
	require.NoError(t, os.WriteFile(path, []byte("# one\n"+puzzle+"\n"), 0o666))
	for _, arg := range []string{puzzle, path} {
		r := call(t, "", "solve", "-boxes", "2x2", arg)
		require.Zero(t, r.code, r.stderr)
		require.Regexp(t, `^puzzle 1: solved in \d steps?\n`, r.stdout)
		require.Contains(t, r.stdout, "\n 4 . | 2 1     4*3 | 2 1\n")
	}
	// The usual size is that of all other puzzles of the program.
	require.Equal(t, call(t, "", "solve", answer), call(t, "", "solve", "-boxes", "3x3", answer))
}

func TestBoxesBadInput(t *testing.T) {
	dir := t.TempDir()
	trmFile, hrmFile := filepath.Join(dir, "trm"), filepath.Join(dir, "hrm")
	for path, cfg := range map[string]reread.Config{trmFile: trm.SudokuSmall(), hrmFile: hrm.SudokuSmall()} {
		d, err := cfg.Design()
		require.NoError(t, err)
		m, err := nn.New(d, rand.New(rand.NewPCG(1, 2)))
		require.NoError(t, err)
		require.NoError(t, m.Save(path))
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"solve", "-boxes", "2", "1"}, `boxes "2", want height and width such as 2x3`},
		{[]string{"solve", "-boxes", "6x6", "1"}, "boxes of 6x6 cells, want positive sides and 2 to 25 cells"},
		{[]string{"solve", "-boxes", "2x2", puzzle}, "grid has 81 characters, boxes of 2x2 want 16"},
		{[]string{"solve", "-boxes", "2x2", "no/such/file"}, "neither a puzzle of 16 characters nor a file"},
		{[]string{"solve", "-boxes", "2x2", "123"}, "grid has 3 characters, boxes of 2x2 want 16"},
		{[]string{"solve", "-boxes", "2x2", "5..............."}, "'5'"},
		{[]string{"solve", "-boxes", "2x2", "44.............."}, "the givens break the rules: 2 times 4 in row 1"},
		{[]string{"solve", "-boxes", "2x2", "-weights", trmFile, "1..............."}, trmFile + ": trm: only models with values and the units of a grid"},
		{[]string{"solve", "-boxes", "2x2", "-weights", hrmFile, "1..............."}, hrmFile + ": only models with the preset units of trm"},
		{[]string{"eval", "-boxes", "2x2"}, "-boxes wants -n puzzles to make"},
		{[]string{"eval", "-boxes", "2x2", "-n", "2", "-data", "puzzles.csv"}, "-boxes makes puzzles, -data reads them"},
		{[]string{"eval", "-boxes", "2x2", "-n", "2", "-givens", "17"}, "17 givens, want 0 to 16"},
		{[]string{"trace", "-boxes", "2x2", "1..............."}, "not defined: -boxes"},
	} {
		r := call(t, "", c.args...)
		require.Equal(t, 2, r.code, r.stderr)
		require.Contains(t, r.stderr, c.want)
		require.Empty(t, r.stdout)
	}
}

func TestEvalBoxes(t *testing.T) {
	args := []string{"eval", "-boxes", "2x3", "-n", "4", "-steps", "2"}
	report := evalJSON(t, args...)
	require.EqualValues(t, 4, report.Puzzles)
	require.Len(t, report.ByStep, 2)
	again := evalJSON(t, args...)
	again.Seconds = report.Seconds
	require.Equal(t, report, again)
	require.NotEqual(t, report.Settings.Set, evalJSON(t, "eval", "-boxes", "3x2", "-n", "4", "-steps", "2").Settings.Set)

	filled := evalJSON(t, append(args, "-givens", "25,36")...)
	require.EqualValues(t, 8, filled.Puzzles)
	for _, g := range filled.ByGivens {
		if g.Range == "21-25" || g.Range == "31-40" {
			require.EqualValues(t, 4, g.Puzzles)
		}
	}
	// A full grid is accepted as it is, by the rules of its size.
	full := evalJSON(t, "eval", "-boxes", "2x2", "-n", "4", "-steps", "4", "-givens", "16")
	require.EqualValues(t, 4, right(full)[eval.Accepted])
}

// What goes wrong at any size shows in values of that size.
func TestViolationsAboveNine(t *testing.T) {
	g, err := anysize.Parse(anysize.Boxes{Height: 4, Width: 4}, "G"+strings.Repeat(".", 16)+"G"+strings.Repeat(".", 238))
	require.NoError(t, err)
	list, _ := violations(g)
	require.Len(t, list, 1)
	require.Equal(t, "2 times G in box 1", list[0].String())
	require.Equal(t, "0 of 254 blanks filled without a clash, 1 rule violation, first 2 times G in box 1", shortfall(g, g))
}

// Boards are as wide as their size.
func TestPanelsOfAnySize(t *testing.T) {
	for _, c := range []struct {
		boxes anysize.Boxes
		rule  string
		wide  int
	}{
		{anysize.Boxes{Height: 2, Width: 3}, "-------+------", 4},
		{anysize.Boxes{Height: 4, Width: 4}, "---------+---------+---------+--------", 2},
		{anysize.Boxes{Height: 1, Width: 5}, "----------", 6},
		{anysize.Boxes{Height: 5, Width: 5}, strings.Repeat("-----------+", 4) + "----------", 1},
	} {
		g := anysize.Grid{Boxes: c.boxes, Values: make([]uint8, c.boxes.Cells())}
		p := panel{"board", g, g}
		var out strings.Builder
		require.NoError(t, writePanels(&out, []panel{p, p, p, p, p, p}, false))
		lines := strings.Split(out.String(), "\n")
		require.Equal(t, strings.Join(slices.Repeat([]string{c.rule}, c.wide), panelGap), lines[1+c.boxes.Height])
		require.Empty(t, lines[1+len(p.lines(false))])
		require.Len(t, c.rule, p.width())
	}
}

func TestAnySize(t *testing.T) {
	g := grid(t, puzzle)
	require.Equal(t, puzzle, anySize(g).String())
	require.Equal(t, g, sudoku.Grid(anySize(g).Values))
}
