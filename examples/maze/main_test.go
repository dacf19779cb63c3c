package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/data/maze"
	"github.com/rereadml/reread/internal/terminal"
)

// result is what a call of the program comes to.
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

// succeed calls the program and returns what it writes.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, "", args...)
	require.Zero(t, r.code, r.stderr)
	return r.stdout
}

func TestDemo(t *testing.T) {
	out := succeed(t)
	require.Contains(t, out, "step 1, margin ")
	require.Contains(t, out, "\nsolved 3 of 3 mazes\n")
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len(line), terminal.Screen, line)
		require.Equal(t, strings.TrimRight(line, " "), line)
		require.NotContains(t, line, "\x1b", "no colour without a terminal")
	}
}

func TestEmbeddedWeights(t *testing.T) {
	w, err := openWeights("")
	require.NoError(t, err)
	for _, s := range []maze.Shape{{Height: trainedSide, Width: trainedSide}, {Height: 3, Width: 40}} {
		m, err := w.model(s)
		require.NoError(t, err)
		require.Equal(t, 115586, m.Params().Count())
		require.Equal(t, s.Cells(), m.Arch().SeqLen)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{nil, {"eval", "-n", "3"}, {"generate"}, {"train", "-out", t.TempDir(), "-size", "5", "-batch", "2"}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 130, run(ctx, args, nil, &stdout, &stderr), args)
		require.True(t, strings.HasSuffix("\n"+stderr.String(), "\nmaze: interrupted\n"), "%s: %s", args, &stderr)
	}
}

func TestHelp(t *testing.T) {
	require.Equal(t, usage, succeed(t, "help"))
	for command, text := range map[string]string{"solve": solveUsage, "eval": evalUsage, "train": trainUsage, "generate": generateUsage} {
		require.Contains(t, succeed(t, command, "-h"), text+"\nflags:\n")
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	mixed := filepath.Join(dir, "mixed.csv")
	require.NoError(t, os.WriteFile(mixed, []byte(succeed(t, "generate", "-size", "5", "-n", "1")+strings.Split(succeed(t, "generate", "-size", "6", "-n", "1"), "\n")[1]+"\n"), 0o666))
	empty := filepath.Join(dir, "empty.csv")
	require.NoError(t, os.WriteFile(empty, []byte("source,question,answer,rating\n"), 0o666))
	for _, c := range []struct{ stdin, args, says string }{
		{"", "dance", `unknown command "dance"`},
		{"", "solve -steps -1", "-steps must not be negative"},
		{"", "solve a b", `unexpected argument "b"`},
		{"", "solve nowhere.txt", "nowhere.txt"},
		{"", "solve", "standard input: no mazes"},
		{"S G\n\nS#G\n", "solve", "standard input: maze from line 3: maze: the goal cannot be reached"},
		{"S  \n G\n", "solve", "from line 1: maze: line 2 has 2 characters"},
		{"S G\n", "solve", "a grid of 1 x 3 cells, want sides of 3"},
		{"S  \n  G\n   \n", "solve -weights nowhere", "nowhere"},
		{"", "eval -n 0", "-n must be at least 1"},
		{"", "eval -size 4", "mazes of 4 x 4 cells, want sides of 5 to 60"},
		{"", "eval -n 1 -precision float7", "float7"},
		{"", "eval -data " + mixed, "maze 2 has 6 x 6 cells, the first has 5 x 5"},
		{"", "eval -data " + empty, "no mazes"},
		{"", "eval -data nowhere.csv", "nowhere.csv"},
		{"", "generate -n 0", "-n must be at least 1"},
		{"", "generate -size 61", "61 x 61"},
		{"", "generate -moves 169", "-moves must be 0 to 168"},
		{"", "train", "-out is missing"},
		{"", "train -out x -time -1s", "must not be negative"},
		{"", "train -out x -size 4", "-size must be 5 to 60"},
		{"", "train -out x -batch 0", "batch"},
		{"", "train -out x -resume -rate 1", "-rate is that of the run in the folder"},
		{"", "train -resume -out " + dir, "nothing to resume"},
		{"", "train -weights nowhere -out x", "nowhere"},
	} {
		r := call(t, c.stdin, strings.Fields(c.args)...)
		require.Equal(t, 2, r.code, "%s: %s", c.args, r.stderr)
		require.Contains(t, r.stderr, c.says)
		require.Empty(t, r.stdout)
	}
	require.NoDirExists(t, "x")
}

func TestSolve(t *testing.T) {
	mazes := "S    \n ### \n    G\n\n\n" + demoMazes
	r := call(t, mazes, "solve", "-line")
	require.Zero(t, r.code, r.stderr)
	answers := strings.Split(strings.TrimSuffix(r.stdout, "\n\n"), "\n\n")
	want, err := readMazes(strings.NewReader(mazes), "mazes")
	require.NoError(t, err)
	require.Len(t, answers, len(want))
	for i, text := range answers {
		answer, err := maze.Parse(text)
		require.NoError(t, err)
		require.True(t, answer.Solves(want[i]), text)
	}

	path := filepath.Join(t.TempDir(), "mazes.txt")
	require.NoError(t, os.WriteFile(path, []byte(demoMazes), 0o666))
	shown := succeed(t, "solve", "-v", path)
	require.Equal(t, succeed(t), shown+"solved 3 of 3 mazes\n")
	require.Less(t, len(succeed(t, "solve", path)), len(shown))

	r = call(t, demoMazes, "solve", "-steps", "1")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stdout, "not solved after 1 step\n")
	require.Contains(t, r.stderr, "not every maze is solved")
}

func TestEval(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mazes.csv")
	require.NoError(t, os.WriteFile(path, []byte(succeed(t, "generate", "-n", "30", "-size", "9")), 0o666))
	file := succeed(t, "eval", "-data", path)
	require.Equal(t, file, succeed(t, "eval", "-n", "30", "-size", "9"), "new ones are those of generate")
	require.Contains(t, file, "pretrained.safetensors, 9 x 9 cells, float32, 16 steps\n")
	require.Regexp(t, `(?m)^ +all +30 +([89]\d|100)\.\d %, `, file)
	require.Regexp(t, `(?m)^ +10-13 +8 `, file)
	require.Regexp(t, `the model calls \d+ of its answers right, \d of them wrongly\n$`, file)

	require.Regexp(t, `(?m)^ +all +10 `, succeed(t, "eval", "-data", path, "-n", "10"))
	require.Contains(t, succeed(t, "eval", "-data", path, "-n", "2", "-steps", "1", "-precision", "bfloat16"), "bfloat16, 1 step\n")
}

// TestTable holds the table against counts by hand.
func TestTable(t *testing.T) {
	var out bytes.Buffer
	outcomes := []outcome{{9, true, true, true}, {11, true, false, true}, {12, false, false, true}, {30, false, false, false}}
	require.NoError(t, writeTable(&out, outcomes))
	require.Equal(t, `  moves   mazes   any shortest path, 95 %     the given path, 95 %
   9-13       3    66.7 %,  20.8 to  93.9    33.3 %,   6.1 to  79.2
  29-30       1     0.0 %,   0.0 to  79.3     0.0 %,   0.0 to  79.3
    all       4    50.0 %,  15.0 to  85.0    25.0 %,   4.6 to  69.9

the model calls 3 of its answers right, 1 of them wrongly
`, out.String())
}

func TestSource(t *testing.T) {
	tests, err := newSource(7, 3, forTests)
	require.NoError(t, err)
	training, err := newSource(7, 3, forTraining)
	require.NoError(t, err)
	seen := map[string]bool{}
	for n := range uint64(20) {
		for _, s := range []*source{tests, training} {
			p, err := s.maze(t.Context(), n)
			require.NoError(t, err)
			require.GreaterOrEqual(t, p.Rating, 7)
			require.Equal(t, p.Rating, moves(p.Solution))
			seen[p.Question.String()] = true

			inputs, labels := make([]int32, 49), make([]int32, 49)
			_, err = s.At(n, inputs, labels)
			require.NoError(t, err)
			require.Equal(t, p.Question.AppendTokens(nil), inputs)
			require.Equal(t, p.Solution.AppendTokens(nil), labels)
		}
	}
	require.Len(t, seen, 40)
}

func TestDrawCell(t *testing.T) {
	for _, c := range []struct {
		answer, maze  maze.Cell
		plain, colour string
	}{
		{maze.Wall, maze.Wall, "##", "\x1b[100m  \x1b[0m"},
		{maze.Free, maze.Free, "  ", "  "},
		{maze.Path, maze.Free, "o ", "\x1b[30;42m  \x1b[0m"},
		{maze.Start, maze.Start, "S ", "\x1b[1;37;44mS \x1b[0m"},
		{maze.Goal, maze.Goal, "G ", "\x1b[1;37;45mG \x1b[0m"},
		{maze.Path, maze.Wall, "! ", "\x1b[41m! \x1b[0m"},
		{maze.Free, maze.Start, "! ", "\x1b[41m! \x1b[0m"},
		{maze.Padding, maze.Free, "! ", "\x1b[41m! \x1b[0m"},
	} {
		require.Equal(t, c.plain, drawCell(c.answer, c.maze, false))
		require.Equal(t, c.colour, drawCell(c.answer, c.maze, true))
	}
}

func TestPanelsKeepToTheScreen(t *testing.T) {
	g, err := maze.Parse("S #\n# G")
	require.NoError(t, err)
	var out bytes.Buffer
	panels := []panel{{"one", g, g}, {"a title of more columns than its maze has, and then some", g, g}, {"three", g, g}, {"four", g, g}}
	require.NoError(t, writePanels(&out, panels, false))
	require.Equal(t, `one      a title of more columns than its maze has, and then some   three
S   ##   S   ##                                                     S   ##
##  G    ##  G                                                      ##  G

four
S   ##
##  G

`, out.String())
}

func FuzzReadMazes(f *testing.F) {
	f.Add("S G\n\nS#G\n   \n")
	f.Add("S \r\n G\r\n")
	f.Add(demoMazes)
	f.Fuzz(func(t *testing.T, text string) {
		mazes, err := readMazes(strings.NewReader(text), "text")
		if err != nil {
			require.Nil(t, mazes)
			return
		}
		require.NotEmpty(t, mazes)
		var lines []string
		for _, g := range mazes {
			_, _, err := g.Solve()
			require.NoError(t, err)
			lines = append(lines, g.String())
		}
		again, err := readMazes(strings.NewReader(strings.Join(lines, "\n\n")), "text")
		require.NoError(t, err)
		require.Equal(t, mazes, again)
	})
}
