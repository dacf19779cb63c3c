package eval_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train/eval"
	"github.com/rereadml/reread/trm"
)

func testModel(t *testing.T) *nn.Model {
	t.Helper()
	m, err := trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: 9, VocabSize: 4, NumPuzzleIdentifiers: 2, PuzzleEmbNDim: 8,
		HiddenSize: 8, Expansion: 4, NumHeads: 2, LLayers: 1, HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 5,
	}}, rand.New(rand.NewPCG(1, 2)))
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range m.Params().All() {
		switch p.Name {
		case "q_head.weight":
			for i := range p.Value.Data() {
				p.Value.Data()[i] = float32(rng.NormFloat64())
			}
		case "q_head.bias":
			clear(p.Value.Data())
		}
	}
	require.NoError(t, m.Pack(nn.FP32, false))
	return m
}

// testRows are rows that a small model gets right in part: their labels are its
// own answers, changed here and there.
type testRows struct {
	m      *nn.Model
	labels [][]int32
	fail   int // row that cannot be read, -1: none
}

func newTestRows(t *testing.T, m *nn.Model, n int) *testRows {
	r := &testRows{m: m, fail: -1}
	w, g := m.NewWorker(1, 1), m.NewGroup(1, false)
	defer w.Close()
	for i := range n {
		g.PuzzleIDs[0] = r.inputs(i, g.Inputs)
		m.Reset(&g.Carry, 0)
		for range 1 + i%5 {
			require.NoError(t, w.Step(g))
		}
		labels := make([]int32, 9)
		m.Decode(g.Answer().Logits, labels, nil)
		if i%3 == 0 {
			labels[i%9] = (labels[i%9] + 1) % 4
		}
		if i%4 == 0 {
			labels[(i+1)%9] = data.IgnoreLabel
		}
		r.labels = append(r.labels, labels)
	}
	return r
}

func (r *testRows) inputs(i int, inputs []int32) (id int32) {
	rng := rand.New(rand.NewPCG(uint64(i), 9))
	for c := range inputs {
		inputs[c] = int32(rng.IntN(4))
	}
	return int32(i % 2)
}

// puzzles are the rows without their labels.
func (r *testRows) puzzles() []reread.Puzzle {
	ps := make([]reread.Puzzle, r.Len())
	for i := range ps {
		ps[i].Tokens = make([]int32, 9)
		ps[i].ID = r.inputs(i, ps[i].Tokens)
	}
	return ps
}

// exact reports whether an answer has all labels of a row.
func (r *testRows) exact(i int, answer []int32) bool {
	for c, label := range r.labels[i] {
		if label != data.IgnoreLabel && label != answer[c] {
			return false
		}
	}
	return true
}

func (r *testRows) Len() int          { return len(r.labels) }
func (r *testRows) SeqLen() int       { return 9 }
func (r *testRows) VocabSize() int    { return 4 }
func (r *testRows) NumPuzzleIDs() int { return 2 }
func (r *testRows) Rating(i int) int  { return i%60 - 1 }

var errDisk = errors.New("broken disk")

func (r *testRows) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	if i == r.fail {
		return 0, errDisk
	}
	copy(labels, r.labels[i])
	return r.inputs(i, inputs), nil
}

// firstIsOdd is a rule that takes some answers.
func firstIsOdd(_, answer []int32) bool { return answer[0]%2 == 1 }

// trailOf evaluates a row by hand.
func trailOf(t *testing.T, m *nn.Model, rows *testRows, i, steps int) *eval.Trail {
	t.Helper()
	w, g := m.NewWorker(1, 1), m.NewGroup(1, false)
	defer w.Close()
	labels, answer := make([]int32, 9), make([]int32, 9)
	var err error
	g.PuzzleIDs[0], err = rows.Row(i, nil, g.Inputs, labels)
	require.NoError(t, err)
	trail := &eval.Trail{Rating: rows.Rating(i)}
	for c, l := range labels {
		if l != data.IgnoreLabel {
			trail.Counted++
			if g.Inputs[c] == l {
				trail.Given++
			}
		}
	}
	for range steps {
		require.NoError(t, w.Step(g))
		m.Decode(g.Answer().Logits, answer, nil)
		s := eval.Step{Margin: m.Margin(g.Answer().Q[0], g.Answer().Q[1]), Accepted: firstIsOdd(nil, answer)}
		for c, l := range labels {
			if l != data.IgnoreLabel && l == answer[c] {
				s.Right++
			}
		}
		trail.Steps = append(trail.Steps, s)
	}
	return trail
}

// document is a result in its stored form, without what is measured.
func document(t *testing.T, r *eval.Result) string {
	t.Helper()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return regexp.MustCompile(`"nanoseconds":\d+`).ReplaceAllString(string(text), "")
}

// inShards evaluates the rows in three parts, and merges what was stored of them.
func inShards(t *testing.T, m *nn.Model, rows *testRows, o eval.Options) (merged *eval.Result) {
	t.Helper()
	for o.Shard, o.Shards = 0, 3; o.Shard < o.Shards; o.Shard++ {
		r, err := eval.Evaluate(t.Context(), m, rows, o)
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, r))
		if merged == nil {
			merged = r
			continue
		}
		require.NoError(t, merged.Merge(r))
	}
	return merged
}

// Evaluate counts what a plain loop counts, for any number of goroutines, and
// its shards merge into the whole.
func TestEvaluate(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 83)
	for _, steps := range []int{0, 1, 7} {
		o := eval.Options{Steps: steps, Rules: firstIsOdd, RulesName: "odd"}
		var whole *eval.Result
		for _, workers := range []int{0, 1, 4} {
			o.Workers = workers
			r, err := eval.Evaluate(t.Context(), m, rows, o)
			require.NoError(t, err)
			if whole == nil {
				whole = r
			}
			require.Equal(t, document(t, whole), document(t, r))
		}
		want, err := eval.New(whole.Settings())
		require.NoError(t, err)
		for i := range rows.Len() {
			require.NoError(t, want.Add(i, trailOf(t, m, rows, i, whole.Settings().Steps)))
		}
		require.Equal(t, document(t, want), document(t, whole))

		require.Equal(t, document(t, want), document(t, inShards(t, m, rows, o)))
	}
}

// CheckComparable refuses before an evaluation what Compare would after it.
func TestCheckComparable(t *testing.T) {
	m := testModel(t)
	rows, odd := newTestRows(t, m, 6), eval.Options{Rules: firstIsOdd, RulesName: "odd"}
	part := odd
	part.Shard, part.Shards = 1, 2
	other := newTestRows(t, m, 6)
	other.labels[3] = other.labels[4]
	evaluated := func(rows data.Rows, o eval.Options) *eval.Result {
		r, err := eval.Evaluate(t.Context(), m, rows, o)
		require.NoError(t, err)
		return r
	}
	stored := evaluated(rows, odd)
	for _, c := range []struct {
		rows data.Rows
		o    eval.Options
		says string
	}{
		{rows, odd, ""},
		{rows, eval.Options{}, ""}, // without the answer that rules accept
		{rows, part, "eval: compare: different rows: 3 and 6, of which 3 are in both"},
		{other, odd, "eval: compare: different puzzles"},
		{rows, eval.Options{Steps: -1}, "eval: -1 supervision steps"},
	} {
		err := stored.CheckComparable(c.rows, c.o)
		if c.says == "" {
			require.NoError(t, err)
			_, err = eval.Compare(evaluated(c.rows, c.o), stored, eval.Halted)
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.says)
	}
	require.ErrorContains(t, evaluated(rows, eval.Options{}).CheckComparable(rows, odd), "not both results have rules")
	require.NoError(t, evaluated(rows, part).CheckComparable(rows, part))
	rows.fail = 2
	require.ErrorIs(t, stored.CheckComparable(rows, odd), errDisk)
}

// The precision and the weights are part of a result's settings.
func TestEvaluateNamesTheModel(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 5)
	seen := map[string]bool{}
	run := func() {
		r, err := eval.Evaluate(t.Context(), m, rows, eval.Options{})
		require.NoError(t, err)
		seen[r.Settings().Model] = true
	}
	run()
	run()
	require.Len(t, seen, 1)
	require.NoError(t, m.Pack(nn.BF16, false))
	run()
	m.Params().Data()[0]++
	require.NoError(t, m.Pack(nn.BF16, false))
	run()
	require.Len(t, seen, 3)
}

func TestEvaluateErrors(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 40)
	for _, c := range []struct {
		name string
		o    eval.Options
		says string
	}{
		{"steps", eval.Options{Steps: -1}, "eval: -1 supervision steps"},
		{"workers", eval.Options{Workers: 1 << 20}, "eval: 1048576 workers, want 0 to 4096"},
		{"shard", eval.Options{Shard: 3, Shards: 3}, "eval: shard 3 of 3, want 0 to 2"},
		{"no shards", eval.Options{Shard: 1}, "eval: shard 1 of 0, want 0 to 0"},
		{"rules without name", eval.Options{Rules: firstIsOdd}, "rules and their name go together"},
	} {
		_, err := eval.Evaluate(t.Context(), m, rows, c.o)
		require.ErrorContains(t, err, c.says, c.name)
	}
	_, err := eval.Evaluate(t.Context(), nil, rows, eval.Options{})
	require.EqualError(t, err, "eval: there is no model")
	_, err = eval.Evaluate(t.Context(), m, nil, eval.Options{})
	require.EqualError(t, err, "eval: there are no rows")
	rows.labels[7][2] = 4
	_, err = eval.Evaluate(t.Context(), m, rows, eval.Options{})
	require.ErrorContains(t, err, "row 7: label 4 in cell 2, want 0 to 3 or -100")
	rows.labels[6] = []int32{-100, -100, -100, -100, -100, -100, -100, -100, -100}
	_, err = eval.Evaluate(t.Context(), m, rows, eval.Options{})
	require.ErrorContains(t, err, "row 6: no cell has a label")
	rows.fail = 5
	_, err = eval.Evaluate(t.Context(), m, rows, eval.Options{})
	require.ErrorIs(t, err, errDisk)
}

// The end of the context ends an evaluation, with its reason.
func TestEvaluateIsCancelled(t *testing.T) {
	m := testModel(t)
	rows := newTestRows(t, m, 40)
	ctx, cancel := context.WithCancel(t.Context())
	var done atomic.Int64
	_, err := eval.Evaluate(ctx, m, rows, eval.Options{Workers: 2, Done: func() {
		if done.Add(1) == 3 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, done.Load(), int64(40))
}
