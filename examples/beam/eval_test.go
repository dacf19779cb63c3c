package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/metrics"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/data/sudoku"
	"github.com/rereadml/reread/train/eval"
)

var errLost = errors.New("the worker is lost")

// failingEvalFn is an evalFn that fails.
type failingEvalFn struct {
	Fn      evalFn
	Failure failure
}

func (f *failingEvalFn) Setup() error { return f.Fn.Setup() }

func (f *failingEvalFn) ProcessElement(ctx context.Context, shard int) (int, []byte, error) {
	if err := f.Failure.at(shard); err != nil {
		return 0, nil, err
	}
	return f.Fn.ProcessElement(ctx, shard)
}

// inOneProcess evaluates without Beam.
func inOneProcess(t *testing.T, file, weights string, n, steps int) *eval.Result {
	set, err := sudoku.Open(file)
	require.NoError(t, err)
	defer set.Close()
	m, err := reread.Load(weights)
	require.NoError(t, err)
	r, err := eval.Evaluate(t.Context(), m, data.Spread(set.Examples(), n), eval.Options{Steps: steps, Rules: sudoku.Keeps, RulesName: "sudoku"})
	require.NoError(t, err)
	return r
}

// counts is a result without its time.
func counts(t *testing.T, r *eval.Result) string {
	r.Elapsed = 0
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return string(text)
}

func loadResult(t *testing.T, dir string) *eval.Result {
	r, err := eval.Load(filepath.Join(dir, resultFile))
	require.NoError(t, err)
	return r
}

func TestEvalCountsAsOneProcess(t *testing.T) {
	file, weights, dir := savePuzzles(t, 12), saveModel(t), filepath.Join(t.TempDir(), "out")
	args := []string{"eval", "-data", file, "-weights", weights, "-out", dir, "-n", "11", "-steps", "3", "-shards", "4", "-predictions"}
	out, err := command(t, args...)
	require.NoError(t, err)
	assert.Contains(t, out, "accepted")
	want := counts(t, inOneProcess(t, file, weights, 11, 3))
	assert.Equal(t, want, counts(t, loadResult(t, dir)))
	checkPredictions(t, file, weights, dir)

	out2, err := command(t, args...)
	require.NoError(t, err, "again")
	assert.Equal(t, out, out2, "nothing is evaluated again, so the time is the same too")

	_, err = command(t, append(args, "-steps", "2")...)
	require.ErrorContains(t, err, "another job")
	assert.Equal(t, want, counts(t, loadResult(t, dir)))
}

// checkPredictions compares the files of 4 shards with the answers of Solve to 11 of 12
// puzzles.
func checkPredictions(t *testing.T, file, weights, dir string) {
	all, err := sudoku.LoadCSV(file)
	require.NoError(t, err)
	m, err := reread.Load(weights)
	require.NoError(t, err)
	got := map[string]bool{}
	for shard := range 4 {
		text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("predictions-%05d-of-00004.csv", shard)))
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		require.Equal(t, "row,question,prediction", lines[0])
		for _, line := range lines[1:] {
			got[line] = true
		}
	}
	require.Len(t, got, 11)
	for row := range 11 {
		p := all[row*12/11]
		a, err := reread.Solve(t.Context(), m, []reread.Puzzle{{Tokens: p.Question.AppendTokens(nil)}}, &reread.Options{Steps: 3})
		require.NoError(t, err)
		grid, err := sudoku.FromTokens(a[0].Tokens)
		require.NoError(t, err)
		assert.Contains(t, got, fmt.Sprintf("%d,%v,%v", row, p.Question, grid))
	}
}

// newEvalFn returns what the flags of the command stand for.
func newEvalFn(t *testing.T, file, weights, dir string) *evalFn {
	f := &evalFn{Input: evalInput{Job: evalJob{Precision: "float32", Steps: 2, Shards: 5}, Data: file, Weights: weights}, Dir: dir}
	require.NoError(t, f.resolve())
	return f
}

func counter(r beam.PipelineResult, name string) int64 {
	n := int64(0)
	for _, c := range r.Metrics().Query(func(m metrics.SingleResult) bool { return m.Name() == name }).Counters() {
		n += c.Result()
	}
	return n
}

// Prism gives a job up when a bundle fails, so what tries again is the command.
func TestEvalFailsHalfWay(t *testing.T) {
	file, weights, dir := savePuzzles(t, 10), saveModel(t), t.TempDir()
	f := newEvalFn(t, file, weights, dir)
	require.NoError(t, f.Setup())
	_, err := f.result(t.Context(), 0) // by a worker that came far enough
	require.NoError(t, err)
	failing := &failingEvalFn{*f, failure{Shard: 3, Times: 1, Dir: t.TempDir()}}
	path := filepath.Join(dir, resultFile)
	_, err = runPipeline(t.Context(), func(s beam.Scope) { evaluateAll(s, failing, 5, path) })
	require.ErrorContains(t, err, errLost.Error())
	require.NoFileExists(t, path)

	r, err := runPipeline(t.Context(), func(s beam.Scope) { evaluateAll(s, failing, 5, path) })
	require.NoError(t, err)
	want := inOneProcess(t, file, weights, 0, 2)
	assert.Equal(t, counts(t, want), counts(t, loadResult(t, dir)))
	n := counter(r, "puzzles")
	assert.Positive(t, n, "the shard that failed")
	assert.LessOrEqual(t, n, int64(8), "a shard that is there is not evaluated again")
}

func TestEvalCounters(t *testing.T) {
	// The weights of the project solve some in two steps.
	file, weights, dir := savePuzzles(t, 10), "", t.TempDir()
	f := newEvalFn(t, file, weights, dir)
	r, err := runPipeline(t.Context(), func(s beam.Scope) { evaluateAll(s, f, 5, filepath.Join(dir, resultFile)) })
	require.NoError(t, err)
	report := loadResult(t, dir).Report()
	assert.Equal(t, int64(10), counter(r, "puzzles"))
	for _, a := range report.Answers {
		assert.Equal(t, a.Right, counter(r, "solved-"+string(a.Answer)), a.Answer)
	}
	assert.Positive(t, report.Answers[0].Right)
}

func TestWorkerRefusesOtherFiles(t *testing.T) {
	file, weights := savePuzzles(t, 10), saveModel(t)
	f := newEvalFn(t, file, weights, t.TempDir())
	for _, path := range []string{file, weights} {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o666))
		in := f.Input
		_, err = in.open()
		require.ErrorContains(t, err, path+" is not the file")
		require.NoError(t, os.WriteFile(path, text, 0o666))
	}
}

func TestOnceAndMerge(t *testing.T) {
	file, weights := savePuzzles(t, 4), saveModel(t)
	f := newEvalFnOf(t, file, weights)
	shard := func(i int) []byte {
		r, err := f.evaluate(t.Context(), i)
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		return text
	}
	all := func(texts ...[]byte) func(*[]byte) bool {
		return func(next *[]byte) bool {
			if len(texts) == 0 {
				return false
			}
			*next, texts = texts[0], texts[1:]
			return true
		}
	}
	a, again, b := shard(0), shard(0), shard(1)
	got, err := once(0, all(a, again))
	require.NoError(t, err)
	assert.Equal(t, a, got)
	_, err = once(0, all(a, b))
	require.ErrorContains(t, err, "two different results")
	_, err = once(0, all(a, []byte("{}")))
	require.Error(t, err)

	_, err = merge(a, again)
	require.ErrorContains(t, err, "rows are in both")
	part, err := merge(a, b)
	require.NoError(t, err)
	require.NoError(t, (&saveFn{filepath.Join(t.TempDir(), resultFile)}).ProcessElement(part))
	path := filepath.Join(t.TempDir(), resultFile)
	require.ErrorContains(t, (&saveFn{path}).ProcessElement(a), "the shards have 2 rows, the set 4")
	assert.NoFileExists(t, path)
}

// newEvalFnOf returns an evalFn with two shards that is set up.
func newEvalFnOf(t *testing.T, file, weights string) *evalFn {
	f := &evalFn{Input: evalInput{Job: evalJob{Precision: "float32", Steps: 2, Shards: 2}, Data: file, Weights: weights}, Dir: t.TempDir()}
	require.NoError(t, f.resolve())
	require.NoError(t, f.Setup())
	return f
}
