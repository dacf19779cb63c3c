package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/train/eval"
)

// evalJSON calls eval or merge and returns its report.
func evalJSON(t *testing.T, args ...string) *eval.Report {
	t.Helper()
	r := call(t, "", append([]string{args[0], "-json"}, args[1:]...)...)
	require.Zero(t, r.code, r.stderr)
	var report eval.Report
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &report))
	return &report
}

// right returns how many puzzles each answer solves.
func right(r *eval.Report) map[eval.Answer]int64 {
	out := map[eval.Answer]int64{}
	for _, a := range r.Answers {
		out[a.Answer] = a.Right
	}
	return out
}

func TestEval(t *testing.T) {
	path := writePuzzles(t, "4")
	report := evalJSON(t, "eval", "-data", path, "-n", "3", "-steps", "2")
	require.EqualValues(t, 3, report.Puzzles)
	require.EqualValues(t, 2, report.MeanSteps)
	require.Equal(t, "sudoku", report.Settings.Rules)
	require.Len(t, report.ByStep, 2)
	require.Len(t, report.ByRating, 5)
	require.EqualValues(t, 8, evalJSON(t, "eval", "-data", path, "-data", path, "-steps", "1").Puzzles)

	report = evalJSON(t, "eval", "-data", path, "-n", "3", "-steps", "1", "-givens", "17,50,81")
	require.EqualValues(t, 9, report.Puzzles)
	for _, g := range report.ByGivens {
		if g.Range == "41-50" || g.Range == ">80" {
			require.EqualValues(t, 3, g.Puzzles)
		}
	}

	r := call(t, "", "eval", "-data", path, "-steps", "1", "-json")
	require.Contains(t, r.stdout, `">50"`)
	require.NotContains(t, r.stdout, "against")
	for _, precision := range []string{"bfloat16", "int8", "fastest"} {
		r = call(t, "", "eval", "-data", path, "-steps", "1", "-precision", precision)
		require.Zero(t, r.code, r.stderr)
		for _, want := range []string{"95% interval", "last", "halted", "accepted"} {
			require.Contains(t, r.stdout, want)
		}
		require.Equal(t, precision == "fastest", strings.Contains(r.stderr, "the fastest precision here is "), r.stderr)
	}
}

// solveJSON returns how many of the puzzles of puzzles.csv solve solves, and how many
// steps and lines of thought each takes in the mean.
func solveJSON(t *testing.T, flags ...string) (solved int64, steps, lines float64) {
	t.Helper()
	puzzles, err := sudoku.LoadCSV("puzzles.csv")
	require.NoError(t, err)
	var list strings.Builder
	for _, p := range puzzles {
		fmt.Fprintln(&list, p.Question)
	}
	r := call(t, list.String(), append(append([]string{"solve", "-format", "json"}, flags...), "-")...)
	for line := range strings.Lines(r.stdout) {
		s := parseSolution(t, line)
		steps += float64(s.Steps)
		lines += float64(s.Lines)
		if s.Solved {
			solved++
		}
	}
	n := float64(len(puzzles))
	return solved, steps / n, lines / n
}

// TestEvalGuesses holds what guesses come to against what solve answers with
// them.
func TestEvalGuesses(t *testing.T) {
	for _, halt := range []string{"-halt=false", "-halt"} {
		flags := []string{"-steps", "2", "-guesses", "3", halt}
		report := evalJSON(t, append([]string{"eval", "-data", "puzzles.csv"}, flags...)...)
		solved, steps, lines := solveJSON(t, flags...)
		require.Equal(t, solved, report.Guessed.Right)
		require.Greater(t, lines, 1.0)
		require.InDelta(t, steps, report.Guessed.MeanSteps, 1e-12)
		if halt != "-halt" {
			require.Equal(t, solved, report.Guessed.Found)
			require.Zero(t, report.Guessed.FoundWrong)
		}
	}

	dir := t.TempDir()
	var parts []string
	for _, part := range []string{"1/2", "2/2"} {
		file := filepath.Join(dir, part[:1])
		evalJSON(t, "eval", "-data", "puzzles.csv", "-steps", "2", "-guesses", "3", "-shard", part, "-o", file)
		parts = append(parts, file)
	}
	merged := evalJSON(t, append([]string{"merge"}, parts...)...)
	whole := evalJSON(t, "eval", "-data", "puzzles.csv", "-steps", "2", "-guesses", "3")
	merged.Seconds, merged.Guessed.Seconds = whole.Seconds, whole.Guessed.Seconds
	require.Equal(t, whole, merged)
}

// TestEvalLines holds what lines of thought come to against what solve answers with
// them.
func TestEvalLines(t *testing.T) {
	flags := []string{"-steps", "2", "-noise", "0.2", "-start-noise", "0.5", "-seed", "3", "-choice", "majority", "-lines"}
	report := evalJSON(t, append(append([]string{"eval", "-data", "puzzles.csv"}, flags...), "4")...)
	require.Equal(t, reread.ByMajority, report.Settings.Choice)
	require.Len(t, report.Rollouts, 3)
	for _, l := range report.Rollouts {
		for halt, answer := range map[string]int{"-halt": 2, "-halt=false": 3} {
			solved, steps, lines := solveJSON(t, append(flags, fmt.Sprint(l.Lines), halt)...)
			got := l.Answers[answer]
			require.Equal(t, solved, got.Right, got.Answer)
			require.InDelta(t, steps, got.MeanSteps, 1e-12)
			require.InDelta(t, lines, got.MeanLines, 1e-12)
		}
	}
}

// A result that cannot be stored is reported all the same: it may have taken hours.
func TestEvalReportsWhatItCannotStore(t *testing.T) {
	puzzles, file := writePuzzles(t, "2"), filepath.Join(t.TempDir(), strings.Repeat("x", 300))
	r := call(t, "", "eval", "-data", puzzles, "-steps", "1", "-o", file)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, file)
	require.Contains(t, r.stdout, "right, then lost")
}

func TestEvalBadInput(t *testing.T) {
	puzzles := writePuzzles(t, "2")
	stored := filepath.Join(t.TempDir(), "r.json")
	require.Zero(t, call(t, "", "eval", "-data", puzzles, "-steps", "1", "-o", stored).code)
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o666))
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "-data is missing"},
		{[]string{"-data", ""}, "the name is empty"},
		{[]string{"-data", "no/such/file"}, "no/such/file"},
		{[]string{"-data", puzzles + "," + puzzles}, puzzles + "," + puzzles},
		{[]string{"-data", puzzles, "-n", "-1"}, "-n and -steps"},
		{[]string{"-data", puzzles, "-steps", "-1"}, "-n and -steps"},
		{[]string{"-data", puzzles, "-guesses", "-1"}, "-guesses must not"},
		{[]string{"-data", puzzles, "-guess-rules", "any"}, "-guess-rules is about -guesses"},
		{[]string{"-data", puzzles, "-lines", "-1"}, "-lines must not be negative"},
		{[]string{"-data", puzzles, "-lines", "2", "-start-noise", "-1"}, "-start-noise must be a finite number from 0"},
		{[]string{"-data", puzzles, "-choice", "majority"}, "-start-noise and -choice are about -lines"},
		{[]string{"-data", puzzles, "-choice", "best"}, "want margin or majority"},
		{[]string{"-data", puzzles, "-halt"}, "-halt is about -guesses"},
		{[]string{"-data", puzzles, "-halt-margin", "NaN"}, "-halt-margin must be a finite number"},
		{[]string{"-data", puzzles, "-noise", "Inf"}, "-noise must be a finite number"},
		{[]string{"-data", puzzles, "-precision", "float16"}, "float16"},
		{[]string{"-data", puzzles, "-against-precision", "float16"}, "float16"},
		{[]string{"-data", puzzles, "-givens", "30,"}, "-givens"},
		{[]string{"-data", puzzles, "-givens", "30,82"}, "82 givens, want 0 to 81"},
		{[]string{"-data", puzzles, "-shard", "0/2"}, "from 1/n to n/n"},
		{[]string{"-data", puzzles, "-shard", "3/2"}, "from 1/n to n/n"},
		{[]string{"-data", puzzles, "-shard", "1"}, "from 1/n to n/n"},
		{[]string{"-data", puzzles, "-o", "no/such/folder"}, "no/such"},
		{[]string{"-data", puzzles, "-o", filepath.Join(puzzles, "file")}, "puzzles.csv"},
		{[]string{"-data", puzzles, "-against", "no/such/file"}, "no/such/file"},
		{[]string{"-data", puzzles, "-against", puzzles}, "puzzles.csv: not a valid safetensors file"},
		{[]string{"-data", puzzles, "-against", empty}, "empty: not a valid safetensors file"},
		{[]string{"-data", puzzles, "-against", stored, "-against-precision", "int8"}, "is a stored result"},
	} {
		r := call(t, "", append([]string{"eval"}, c.args...)...)
		require.Equal(t, 2, r.code, c.args)
		require.Contains(t, r.stderr, c.want)
		require.Empty(t, r.stdout)
	}
}

// TestEvalFolder evaluates on a data set folder as on the CSV file of the same puzzles.
func TestEvalFolder(t *testing.T) {
	file := writePuzzles(t, "3")
	puzzles, err := sudoku.LoadCSV(file)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, data.WriteFolder(dir, "test", sudoku.FolderContents(puzzles)))
	ofFile := evalJSON(t, "eval", "-data", file, "-steps", "2")
	ofFolder := evalJSON(t, "eval", "-data", filepath.Join(dir, "test"), "-steps", "2")
	require.Equal(t, ofFile.Cell, ofFolder.Cell)
	require.Equal(t, ofFile.Score, ofFolder.Score)
	require.Equal(t, "unknown", ofFolder.ByRating[len(ofFolder.ByRating)-1].Range)
}

// TestMerge evaluates a set in parts and as a whole.
func TestMerge(t *testing.T) {
	puzzles := writePuzzles(t, "7")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	evalTo := func(name string, more ...string) *eval.Report {
		return evalJSON(t, append([]string{"eval", "-data", puzzles, "-n", "5", "-steps", "3", "-o", file(name)}, more...)...)
	}
	whole := evalTo("whole")
	require.EqualValues(t, 5, whole.Puzzles)
	require.EqualValues(t, 3, evalTo("1", "-shard", "1/2").Puzzles)
	require.EqualValues(t, 2, evalTo("2", "-shard", "2/2").Puzzles)
	evalTo("other", "-steps", "2")

	merged := evalJSON(t, "merge", "-o", file("merged"), file("2"), file("1"))
	again := evalJSON(t, "merge", file("merged"))
	require.Equal(t, merged, again)
	merged.Seconds = whole.Seconds
	require.Equal(t, whole, merged)

	r := call(t, "", "merge", "-against", file("whole"), file("1"), file("2"))
	require.Zero(t, r.code, r.stderr)
	for _, answer := range []string{"    last: ", "  halted: ", "accepted: "} {
		require.Contains(t, r.stdout, "\n"+answer+file("whole")+" and "+file("1")+" both solve ")
	}

	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "the files are missing"},
		{[]string{"no/such/file"}, "no/such/file"},
		{[]string{"pretrained/units.safetensors"}, "pretrained/units.safetensors: not the result of an evaluation: invalid character"},
		{[]string{"small.log.jsonl"}, "small.log.jsonl: "},
		{[]string{file("1"), file("1")}, "3 rows are in both, the first is row 0"},
		{[]string{file("1"), file("other")}, "other: eval: merge: different steps: 3 and 2"},
		{[]string{"-o", "no/such/folder", file("1")}, "no/such"},
	} {
		r := call(t, "", append([]string{"merge"}, c.args...)...)
		require.Equal(t, 2, r.code, c.args)
		require.Contains(t, r.stderr, c.want)
		require.Empty(t, r.stdout)
	}
}

// TestEvalAgainst compares a model with a stored result, with weights and with
// itself at another precision.
func TestEvalAgainst(t *testing.T) {
	puzzles, stored := writePuzzles(t, "3"), filepath.Join(t.TempDir(), "stored")
	args := []string{"eval", "-data", puzzles, "-steps", "2"}
	require.Zero(t, call(t, "", append(args, "-o", stored)...).code)
	const float32s, int8s = "pretrained/units.safetensors in float32", "pretrained/units.safetensors in int8"
	for _, c := range []struct {
		against []string
		a, b    string
	}{
		{[]string{"-against", stored}, stored, float32s},
		{[]string{"-against", "pretrained/units.safetensors", "-precision", "int8"}, int8s, int8s},
		{[]string{"-against", "pretrained/units.safetensors", "-against-precision", "int8"}, int8s, float32s},
		{[]string{"-against-precision", "float32"}, float32s, float32s},
	} {
		r := call(t, "", append(args, c.against...)...)
		require.Zero(t, r.code, r.stderr)
		require.Equal(t, 1, strings.Count(r.stdout, "\n    last: "), r.stdout)
		require.Regexp(t, c.a+" and "+c.b+" both solve|"+c.a+" solves.*than "+c.b+"|"+c.b+" solves.*than "+c.a, r.stdout)
	}

	// What cannot be compared is refused before anything is evaluated.
	for want, args := range map[string][]string{
		"different puzzles: 2 of": {"-data", writePuzzles(t, "2")},
		"different rows: 1 and 3": {"-data", puzzles, "-shard", "2/3"},
	} {
		r := call(t, "", append([]string{"eval", "-against", stored}, args...)...)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, stored+": eval: compare: "+want)
		require.NotContains(t, r.stderr, "evaluated")
		require.Empty(t, r.stdout)
	}

	// A merged result is shown even if it cannot be compared.
	other := filepath.Join(t.TempDir(), "other")
	require.Zero(t, call(t, "", "eval", "-data", writePuzzles(t, "2"), "-steps", "2", "-o", other).code)
	for _, format := range []string{"-json=false", "-json"} {
		r := call(t, "", "merge", "-against", stored, format, other)
		require.Equal(t, 2, r.code)
		require.Contains(t, r.stderr, stored+": eval: compare: different puzzles: 3 of")
		require.Contains(t, r.stdout, "puzzles")
		require.NotContains(t, r.stdout, "against")
	}

	r := call(t, "", append(args, "-against", stored, "-json")...)
	require.Zero(t, r.code, r.stderr)
	var object struct {
		Against []eval.Comparison
	}
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &object))
	require.Len(t, object.Against, 3)
	for i, answer := range []eval.Answer{eval.Last, eval.Halted, eval.Accepted} {
		require.Equal(t, answer, object.Against[i].Answer)
		require.EqualValues(t, 1, object.Against[i].P)
	}
}

// requireAgreement holds eval against the answers of solve on the same puzzles
// and returns the report.
func requireAgreement(t *testing.T, path string) *eval.Report {
	t.Helper()
	puzzles, err := sudoku.LoadCSV(path)
	require.NoError(t, err)
	m, err := new(modelFlags).load()
	require.NoError(t, err)
	var questions []reread.Puzzle
	for _, p := range puzzles {
		questions = append(questions, question(anySize(p.Question)))
	}
	want := map[eval.Answer]int64{}
	for answer, o := range map[eval.Answer]*reread.Options{
		eval.Last: nil, eval.Halted: {Halt: true}, eval.Accepted: {Accept: accepts(nine)},
	} {
		answers, err := reread.Solve(t.Context(), m, questions, o)
		require.NoError(t, err)
		want[answer] = 0
		for i, a := range answers {
			if fmt.Sprint(a.Tokens) == fmt.Sprint(puzzles[i].Solution.AppendTokens(nil)) {
				want[answer]++
			}
		}
	}
	report := evalJSON(t, "eval", "-data", path)
	require.EqualValues(t, len(puzzles), report.Puzzles)
	require.Equal(t, want, right(report))
	return report
}

func TestEvalAgreesWithSolve(t *testing.T) {
	report := requireAgreement(t, "puzzles.csv")
	require.Less(t, right(report)[eval.Last], right(report)[eval.Accepted]+1)
	require.Positive(t, right(report)[eval.Last])
}

// envPublicPuzzles names the 500 rows of Sudoku-Extreme's test split that the
// figures of the shipped weights are of.
const envPublicPuzzles = "REREAD_SUDOKU_EXTREME"

func TestEvalOnPublicPuzzles(t *testing.T) {
	path := os.Getenv(envPublicPuzzles)
	if path == "" {
		t.Skip(envPublicPuzzles + " does not name the file with 500 test puzzles of Sudoku-Extreme")
	}
	report := requireAgreement(t, path)
	require.EqualValues(t, 500, report.Puzzles)
	require.Equal(t, map[eval.Answer]int64{eval.Last: 421, eval.Halted: 414, eval.Accepted: 421}, right(report))
}
