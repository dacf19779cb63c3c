package eval_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/train/eval"
)

// guessing are options by which some rows have several lines of thought.
func guessing(halt bool) eval.Options {
	return eval.Options{
		Steps: 2, Rules: rarely, RulesName: "rare", GuessHalt: halt,
		Guess: &reread.Guess{Blank: 1, Lines: 5, Steps: 1, AnyCell: true, Temperature: 2}, Noise: 0.25, Hypotheses: 2, Seed: 3,
	}
}

// rarely is a rule that takes few answers.
func rarely(inputs, answer []int32) bool {
	sum := int32(0)
	for c := range answer {
		sum += int32(c+1) * (answer[c] + inputs[c])
	}
	return sum%7 == 0
}

// Guesses are counted as Solve makes them, apart from everything else, for any
// number of goroutines, and the counts of shards merge.
func TestEvaluateGuesses(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 83)
	for _, halt := range []bool{false, true} {
		o := guessing(halt)
		whole, err := eval.Evaluate(t.Context(), m, rows, o)
		require.NoError(t, err)
		report := whole.Report()
		requireSolved(t, rows, o, report.Guessed)
		require.Positive(t, report.Guessed.Seconds)

		plain := o
		plain.Guess = nil
		without, err := eval.Evaluate(t.Context(), m, rows, plain)
		require.NoError(t, err)
		require.Nil(t, without.Report().Guessed)
		require.ErrorContains(t, whole.Merge(without), "different guesses")
		want := without.Report()
		report.Guessed, report.Seconds, report.Settings.Guess = nil, want.Seconds, ""
		require.Equal(t, want, report)

		o.Workers = 3
		require.Equal(t, document(t, whole), document(t, inShards(t, m, rows, o)))
	}
}

// requireSolved solves the rows.
func requireSolved(t *testing.T, rows *testRows, o eval.Options, got *eval.Guessed) {
	t.Helper()
	ps := rows.puzzles()
	so := &reread.Options{Steps: o.Steps, Noise: o.Noise, Hypotheses: o.Hypotheses, Seed: o.Seed, Guess: o.Guess, Halt: o.GuessHalt}
	if !o.GuessHalt {
		so.Accept = func(p reread.Puzzle, answer []int32) bool { return o.Rules(p.Tokens, answer) }
	}
	answers, err := reread.Solve(t.Context(), rows.m, ps, so)
	require.NoError(t, err)
	var found, wrong, right int64
	steps, lines := 0, 0
	for i, a := range answers {
		steps += a.Steps
		lines += a.Lines
		exact := rows.exact(i, a.Tokens)
		if exact {
			right++
		}
		if a.Accepted || o.GuessHalt && a.Halted {
			found++
			if !exact {
				wrong++
			}
		}
	}
	require.Equal(t, []int64{found, wrong, right}, []int64{got.Found, got.FoundWrong, got.Right})
	require.Positive(t, wrong)
	require.Greater(t, lines, len(answers))
	require.InDelta(t, float64(steps)/83, got.MeanSteps, 1e-12)
	require.InDelta(t, float64(lines)/83, got.MeanLines, 1e-12)
}

func TestGuessesAreWritten(t *testing.T) {
	m := testModel(t)
	r, err := eval.Evaluate(t.Context(), m, newTestRows(t, m, 9), guessing(false))
	require.NoError(t, err)
	var table bytes.Buffer
	require.NoError(t, r.Report().WriteText(&table))
	require.Regexp(t, `answer +mean steps +exact +95% interval +mean lines +found +wrong +seconds\n +guessed `, table.String())

	text, err := json.Marshal(r)
	require.NoError(t, err)
	for _, c := range []struct{ part, damaged, says string }{
		{`"found":\[\d+`, `"found":[-1`, "guessed: found and others: "},
		{`"lines":\d+`, `"lines":0`, "guessed: 9 puzzles of 9, 0 lines"},
		{`"guess":"[^"]*"`, `"guess":""`, "guessed: the counts and the settings do not go together"},
	} {
		damaged := regexp.MustCompile(c.part).ReplaceAll(text, []byte(c.damaged))
		require.ErrorContains(t, new(eval.Result).UnmarshalJSON(damaged), c.says)
	}
}

// failing rows cannot be read any more after a number of reads.
type failing struct {
	*testRows
	reads atomic.Int64
}

func (r *failing) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if r.reads.Add(-1) < 0 {
		return 0, errDisk
	}
	return r.testRows.Row(i, rng, inputs, labels)
}

func TestEvaluateGuessesErrors(t *testing.T) {
	m := testModel(t)
	o := guessing(false)
	o.Rules, o.RulesName = nil, ""
	rows := newTestRows(t, m, 40)
	_, err := eval.Evaluate(t.Context(), m, rows, o)
	require.ErrorContains(t, err, "eval: reread: guesses need Accept or Halt")

	counting := &failing{testRows: rows}
	counting.reads.Store(1 << 40)
	_, err = eval.Evaluate(t.Context(), m, counting, guessing(false))
	require.NoError(t, err)
	all := 1<<40 - counting.reads.Load()
	counting.reads.Store(all - 30)
	_, err = eval.Evaluate(t.Context(), m, counting, guessing(false))
	require.ErrorIs(t, err, errDisk)

	// Early among more puzzles than can be on their way at one time.
	many := int64(8 * m.GroupSize() * runtime.GOMAXPROCS(0))
	ctx, cancel := context.WithCancel(t.Context())
	o, done := guessing(false), atomic.Int64{}
	o.Done = func() {
		if done.Add(1) == many+5 {
			cancel()
		}
	}
	_, err = eval.Evaluate(ctx, m, newTestRows(t, m, int(many)), o)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, done.Load(), 2*many)
}
