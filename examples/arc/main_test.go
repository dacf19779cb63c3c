package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/terminal"
	"github.com/rereadml/reread/internal/trainrun"
)

// result is what a call of the program comes to.
type result struct {
	code           int
	stdout, stderr string
}

func call(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// succeed calls the program and returns what it writes.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, args...)
	require.Zero(t, r.code, r.stderr)
	return r.stdout
}

// few are the flags of a source of few rows, of a run that takes a moment.
var few = []string{"-tasks", "5", "-augmentations", "2"}

// with returns a command with some flags.
func with(command string, more ...string) []string {
	return append(append([]string{command}, few...), more...)
}

func small5(dir string, more ...string) []string {
	return with("train", append([]string{"-out", dir, "-batch", "4", "-steps", "5"}, more...)...)
}

func TestDemo(t *testing.T) {
	out := succeed(t)
	require.Contains(t, out, "trained on the examples")
	require.Contains(t, out, "new to it")
	for _, f := range families {
		require.Contains(t, out, f.name+"-1: ")
	}
	require.Regexp(t, `(?m)^solved [678] of 8 tasks`, out)
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len(line), terminal.Screen, line)
		require.Equal(t, strings.TrimRight(line, " "), line)
		require.NotContains(t, line, "\x1b", "no colour without a terminal")
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{nil, {"eval"}, small5(t.TempDir())} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 130, run(ctx, args, &stdout, &stderr), args)
		require.True(t, strings.HasSuffix("\n"+stderr.String(), "\narc: interrupted\n"), "%s: %s", args, &stderr)
	}
}

func TestHelp(t *testing.T) {
	require.Equal(t, usage, succeed(t, "help"))
	for command, text := range map[string]string{
		"build": buildUsage, "train": trainUsage, "eval": evalUsage, "merge": mergeUsage, "show": showUsage,
	} {
		require.Contains(t, succeed(t, command, "-h"), text+"\nflags:\n")
		require.Contains(t, usage, "\n  "+command+" ")
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	torn := filepath.Join(dir, "torn.json")
	require.NoError(t, os.WriteFile(torn, []byte(`{"train": [{`), 0o666))
	for _, c := range []struct{ args, says string }{
		{"dance", `unknown command "dance"`},
		{"build", "-out is missing"},
		{"build -out x -test nowhere.json", "nowhere.json"},
		{"build -out x -train " + torn, "torn.json"},
		{"build -out x -side 5", "grid of 6 x 6 cells on a canvas of side 5"},
		{"build -out x -side 31", "-side 1 to 30"},
		{"build -out x more", `unexpected argument "more"`},
		{"train", "-out is missing"},
		{"train -out x -time -1s", "must not be negative"},
		{"train -out x -tasks 0", "-tasks must be at least 1"},
		{"train -out x -batch 0", "batch"},
		{"train -out x -preset large", `unknown preset "large"`},
		{"train -out x -rows-only", "-rows-only needs -weights"},
		{"train -out x -resume -data y", "-data is that of the run in the folder"},
		{"train -resume -out " + dir, "nothing to resume"},
		{"train -out x -weights nowhere", "nowhere"},
		{"eval -shard 1/2", "-shard needs -votes"},
		{"eval -shard 3/2", "want i/n"},
		{"eval -shard 1/2x", "want i/n"},
		{"eval -tasks 3", "a model of 1281 puzzle identifiers, the tasks have 25: it was trained on others"},
		{"eval -votes no/such/votes", "no/such"},
		{"eval -submission " + dir, dir + " is a folder"},
		{"merge -votes no/such/votes votes.json", "no/such"},
		{"eval -precision float7", "float7"},
		{"eval -data " + torn, "torn.json"},
		{"eval -weights nowhere", "nowhere"},
		{"merge", "the files are missing"},
		{"merge nowhere.json", "nowhere.json"},
		{"show nothing-1", `there is no task "nothing-1"`},
		{"show -votes nowhere.json", "nowhere.json"},
	} {
		r := call(t, strings.Fields(c.args)...)
		require.Equal(t, 2, r.code, "%s: %s", c.args, r.stderr)
		require.Contains(t, r.stderr, c.says)
		require.Empty(t, r.stdout)
	}
	require.NoDirExists(t, "x")
}

// TestFolderAsMemory: a folder that build wrote is evaluated to the same votes as the
// tasks that it was made of.
func TestFolderAsMemory(t *testing.T) {
	dir := t.TempDir()
	folder, votes := filepath.Join(dir, "data"), filepath.Join(dir, "votes.json")
	require.Contains(t, succeed(t, with("build", "-out", folder)...), "5 tasks to be solved")
	run := filepath.Join(dir, "run")
	succeed(t, small5(run)...)
	model := filepath.Join(run, trainrun.ModelFile)
	memory := succeed(t, with("eval", "-weights", model, "-votes", votes)...)
	want, err := os.ReadFile(votes)
	require.NoError(t, err)
	require.Equal(t, memory, succeed(t, "eval", "-weights", model, "-data", folder, "-votes", votes))
	got, err := os.ReadFile(votes)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	require.Contains(t, memory, "5 tasks, 15 rows, float32, 4 steps")
	require.Contains(t, memory, "5 tasks, 5 test inputs")

	// The folder is good to train on as well.
	succeed(t, "train", "-data", folder, "-out", filepath.Join(dir, "again"), "-batch", "2", "-steps", "1")
}

// TestShardsMerge: shards come to the votes of the whole.
func TestShardsMerge(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	succeed(t, small5(run)...)
	model := filepath.Join(run, trainrun.ModelFile)
	file := func(name string) string { return filepath.Join(dir, name) }
	whole := succeed(t, with("eval", "-weights", model, "-votes", file("whole"), "-submission", file("submission.json"))...)
	for _, part := range []string{"1", "2", "3"} {
		out := succeed(t, with("eval", "-weights", model, "-shard", part+"/3", "-votes", file(part))...)
		require.NotContains(t, out, "attempts", "a part has no score")
	}
	merged := succeed(t, with("merge", "-votes", file("merged"), "-submission", file("again.json"), file("2"), file("3"), file("1"))...)
	_, table, _ := strings.Cut(whole, "\n")
	require.Equal(t, "5 tasks, 15 votes\n"+table, merged)
	for _, pair := range [][2]string{{"whole", "merged"}, {"submission.json", "again.json"}} {
		a, err := os.ReadFile(file(pair[0]))
		require.NoError(t, err)
		b, err := os.ReadFile(file(pair[1]))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
	}

	var submission map[string][]map[string][][]int
	text, err := os.ReadFile(file("submission.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &submission))
	require.Len(t, submission, 5)
	for id, tests := range submission {
		require.Len(t, tests, 1, id)
		require.NotEmpty(t, tests[0]["attempt_1"], id)
		require.NotEmpty(t, tests[0]["attempt_2"], id)
	}

	// What cannot be stored is shown all the same.
	long := file(strings.Repeat("x", 300))
	r := call(t, with("merge", "-votes", long, file("2"), file("3"), file("1"))...)
	require.Equal(t, 1, r.code)
	require.Contains(t, r.stderr, long)
	require.Equal(t, merged, r.stdout)

	some := succeed(t, with("merge", file("2"), file("3"))...)
	require.Contains(t, some, "\nparts are missing: 6 of 15 rows have no vote, as if all their answers were wrong\n")

	// Votes of another run do not merge.
	succeed(t, with("eval", "-weights", model, "-steps", "1", "-shard", "2/3", "-votes", file("other"))...)
	r = call(t, with("merge", file("1"), file("other"))...)
	require.Equal(t, 2, r.code, r.stderr)
	require.Contains(t, r.stderr, "other")

	shown := succeed(t, with("show", "-votes", file("whole"), "mirror-1")...)
	require.Contains(t, shown, "mirror-1\n")
	require.Contains(t, shown, "attempt 1: ")
	require.NotContains(t, shown, "frame-1")
}

// TestShownTask draws a task that is told by hand.
func TestShownTask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hand.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"train": [{"input": [[0, 3]], "output": [[3], [0]]}], "test": [{"input": [[1]]}]}`), 0o666))
	require.Equal(t, `hand
example 1   becomes
. 3         3
            .
test
1

`, succeed(t, "show", "-data", path))
}

func TestAnswersOfUnknownOutputs(t *testing.T) {
	dir := t.TempDir()
	tasks := makeTasks(1, 1)
	tasks[0].Test[0].Output = arc.Grid{}
	path := filepath.Join(dir, "secret_challenges.json")
	var text bytes.Buffer
	require.NoError(t, arc.WriteChallenges(&text, tasks))
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o666))
	flags := []string{"-data", path, "-side", "6", "-augmentations", "1"}
	run := filepath.Join(dir, "run")
	succeed(t, append([]string{"train", "-out", run, "-batch", "2", "-steps", "1"}, flags...)...)
	out := succeed(t, append([]string{"eval", "-weights", filepath.Join(run, trainrun.ModelFile)}, flags...)...)
	require.Contains(t, out, "not all outputs are known: no scores\n")
}

func TestCell(t *testing.T) {
	grid := arc.Grid{Rows: 1, Cols: 2, Cells: []uint8{0, 7}}
	want := arc.Grid{Rows: 1, Cols: 1, Cells: []uint8{4}}
	for _, c := range []struct {
		p             panel
		col           int
		plain, colour string
	}{
		{panel{grid: grid}, 0, ". ", "\x1b[1;97;48;5;16m  \x1b[0m"},
		{panel{grid: grid}, 1, "7 ", "\x1b[1;97;48;5;208m  \x1b[0m"},
		{panel{grid: grid, answer: true, want: want}, 0, ".!", "\x1b[1;97;48;5;16m! \x1b[0m"},
		{panel{grid: grid, answer: true, want: want}, 1, "7!", "\x1b[1;97;48;5;208m! \x1b[0m"},
		{panel{grid: grid, answer: true, want: grid}, 1, "7 ", "\x1b[1;97;48;5;208m  \x1b[0m"},
	} {
		require.Equal(t, c.plain, c.p.cell(0, c.col, false))
		require.Equal(t, c.colour, c.p.cell(0, c.col, true))
	}
}

// TestEmbeddedWeights: they are of the tasks that the program makes.
func TestEmbeddedWeights(t *testing.T) {
	w, err := openWeights("")
	require.NoError(t, err)
	set, err := (&source{Tasks: madeTasks, Augmentations: madeAugmentations, Seed: madeSeed}).open()
	require.NoError(t, err)
	m, err := w.model(set)
	require.NoError(t, err)
	some, err := w.selected(set, []int32{5, 2}, 1)
	require.NoError(t, err)
	require.Equal(t, m.Params().Data(), some.Params().Data())
	require.Equal(t, m.PuzzleTable().Row(5), some.PuzzleTable().Row(0))
	require.Equal(t, m.PuzzleTable().Row(2), some.PuzzleTable().Row(1))
	require.Equal(t, 3, some.PuzzleTable().IDs)

	_, err = w.selected(&arc.Set{Canvas: arc.Canvas{Side: 7}}, nil, 1)
	require.ErrorContains(t, err, "a canvas of side 7 has 49 and 12")
	var unknown reread.Config
	require.Nil(t, withPuzzles(unknown, 3))
	require.True(t, slices.IsSorted(identifiers([]question{{0, 9}, {1, 3}, {2, 9}})))
}
