package eval_test

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/train/eval"
)

// lined are options by which rows have several lines of thought.
func lined(choice reread.Choice) eval.Options {
	return eval.Options{
		Steps: 2, Rules: rarely, RulesName: "rare", HaltMargin: 1,
		Noise: 0.5, Hypotheses: 2, Seed: 3, Lines: 6, Start: 0.5, Choice: choice,
	}
}

// Rollouts are counted as Solve thinks them, for every number of lines, apart from
// everything else, for any number of goroutines, and the counts of shards merge.
func TestEvaluateRollouts(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 41)
	for _, choice := range []reread.Choice{reread.ByMargin, reread.ByMajority} {
		o := lined(choice)
		whole, err := eval.Evaluate(t.Context(), m, rows, o)
		require.NoError(t, err)
		report := whole.Report()
		lines := []int{}
		for _, l := range report.Rollouts {
			lines = append(lines, l.Lines)
			require.Len(t, l.Answers, 4)
			for _, a := range l.Answers {
				require.Equal(t, solved(t, rows, o, a.Answer, l.Lines), a.Outcome, "%d lines, %s", l.Lines, a.Answer)
			}
		}
		require.Equal(t, []int{1, 2, 4, 6}, lines)

		plain := o
		plain.Lines, plain.Start, plain.Choice = 0, 0, 0
		without, err := eval.Evaluate(t.Context(), m, rows, plain)
		require.NoError(t, err)
		require.ErrorContains(t, whole.Merge(without), "different lines of thought: 6 and 0")
		want := without.Report()
		report.Rollouts, report.Seconds, report.Settings = nil, want.Seconds, want.Settings
		require.Equal(t, want, report)

		o.Workers = 3
		require.Equal(t, whole.Report().Rollouts, inShards(t, m, rows, o).Report().Rollouts)
	}
}

// solved has Solve think so many lines.
func solved(t *testing.T, rows *testRows, o eval.Options, answer eval.Answer, lines int) eval.Outcome {
	t.Helper()
	r := &reread.Rollouts{Lines: lines, Start: o.Start, Choice: o.Choice}
	so := &reread.Options{Steps: o.Steps, HaltMargin: o.HaltMargin, Noise: o.Noise, Hypotheses: o.Hypotheses, Seed: o.Seed, Rollouts: r}
	switch answer {
	case eval.ByMargin:
		r.Choice = reread.ByMargin
	case eval.ByMajority:
		r.Choice = reread.ByMajority
	case eval.Halted:
		so.Halt = true
	case eval.Accepted:
		so.Accept = func(p reread.Puzzle, tokens []int32) bool { return o.Rules(p.Tokens, tokens) }
	}
	ps := rows.puzzles()
	answers, err := reread.Solve(t.Context(), rows.m, ps, so)
	require.NoError(t, err)
	var out eval.Outcome
	steps, thought := 0, 0
	for i, a := range answers {
		right := rows.exact(i, a.Tokens)
		if right {
			out.Right++
		}
		if a.Accepted || so.Halt && a.Halted {
			out.Found++
			if !right {
				out.FoundWrong++
			}
		}
		steps += a.Steps
		thought += a.Lines
	}
	n := float64(len(ps))
	out.MeanSteps, out.MeanLines, out.Exact = float64(steps)/n, float64(thought)/n, float64(out.Right)/n
	out.Wilson, out.ClopperPearson = eval.Wilson(out.Right, int64(len(ps))), eval.ClopperPearson(out.Right, int64(len(ps)))
	return out
}

func TestRolloutsAreWritten(t *testing.T) {
	m := testModel(t)
	r, err := eval.Evaluate(t.Context(), m, newTestRows(t, m, 9), lined(reread.ByMajority))
	require.NoError(t, err)
	var table bytes.Buffer
	require.NoError(t, r.Report().WriteText(&table))
	require.Regexp(t, `lines +answer +mean steps +exact +95% interval +mean lines +stopped +wrong\n +1 +margin +2\.0 .*\n +1 +majority `, table.String())
	require.Regexp(t, `\n +6 +accepted `, table.String())

	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"choice":"majority"`)
	for _, c := range []struct{ part, damaged, says string }{
		{`"lines":6`, `"lines":9`, "rollouts: the counts and the settings do not go together"},
		{`"lines":6`, `"lines":-1`, "-1 lines of thought, want up to 16384"},
		{`"choice":"majority"`, `"choice":"best"`, `unknown choice "best"`},
		{`"rollouts":\[\{`, `"rollouts":[{"last":null,`, "rollouts: 1 lines: 5 answers, not 4"},
		{`"rollouts":\[\{"accepted"`, `"rollouts":[{"last"`, "rollouts: 1 lines: no answer accepted"},
		{`"rollouts":\[\{"accepted":\{"found":\[\d+`, `"rollouts":[{"accepted":{"found":[-1`, "rollouts: 1 lines: accepted: found and others: "},
		{`"others":\[9,`, `"others":[8,`, "puzzles, not 9"},
	} {
		damaged := regexp.MustCompile(c.part).ReplaceAll(text, []byte(c.damaged))
		require.NotEqual(t, text, damaged, c.part)
		require.ErrorContains(t, new(eval.Result).UnmarshalJSON(damaged), c.says)
	}
}

func TestEvaluateRolloutsErrors(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 3)
	for _, c := range []struct {
		change func(o *eval.Options)
		says   string
	}{
		{func(o *eval.Options) { o.Lines = -1 }, "eval: reread: -1 lines of thought"},
		{func(o *eval.Options) { o.Lines = 1 << 20 }, "eval: eval: 1048576 lines of thought, want up to 16384"},
		{func(o *eval.Options) { o.Noise, o.Hypotheses, o.Start = 0, 0, 0 }, "eval: reread: lines of thought would all be the same"},
		{func(o *eval.Options) { o.Start = float32(math.NaN()) }, "eval: reread: a random start of NaN"},
		{func(o *eval.Options) { o.Choice = 5 }, "eval: reread: unknown Choice(5)"},
	} {
		o := lined(reread.ByMargin)
		c.change(&o)
		_, err := eval.Evaluate(t.Context(), m, rows, o)
		require.ErrorContains(t, err, c.says)
	}
}

// Trails have the lines of thought of the settings.
func TestTrailsOfLines(t *testing.T) {
	r, err := eval.New(eval.Settings{Set: "s", Rows: 9, Steps: 1, Lines: 2})
	require.NoError(t, err)
	step := func(right int32) []eval.Step { return []eval.Step{{Right: right}} }
	lines := func(right ...int32) (out []eval.Line) {
		for _, n := range right {
			out = append(out, eval.Line{Steps: step(n), Tokens: []int32{n}})
		}
		return out
	}
	for _, c := range []struct {
		lines []eval.Line
		says  string
	}{
		{lines(1), "the trail has 1 lines of thought, not 2"},
		{lines(0, 1), "the trail is not that of the first line of thought"},
		{lines(1, 3), "line 2: step 1: 3 of 2 cells are right"},
	} {
		require.ErrorContains(t, r.Add(0, &eval.Trail{Counted: 2, Steps: step(1), Lines: c.lines}), c.says)
	}
	require.NoError(t, r.Add(0, &eval.Trail{Counted: 2, Steps: step(1), Lines: lines(1, 2)}))
}
