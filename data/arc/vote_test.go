package arc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var voteCanvas = Canvas{Side: 4}

// voteTasks are three tasks, one of which has test pairs of equal inputs.
func voteTasks(rng *rand.Rand) []Task {
	tasks := []Task{randomTask(rng, "b", 1, 1, 4), randomTask(rng, "a", 1, 3, 4), randomTask(rng, "c", 0, 2, 3)}
	tasks[1].Test[2].Input = tasks[1].Test[0].Input
	return tasks
}

func newVotes(t testing.TB, tasks []Task) *Votes {
	t.Helper()
	v, err := NewVotes(tasks, voteCanvas, "run")
	require.NoError(t, err)
	return v
}

// laid lays a grid on the canvas; the empty grid is end marks.
func laid(t testing.TB, g Grid) []int32 {
	t.Helper()
	row := make([]int32, voteCanvas.SeqLen())
	if g.Rows == 0 {
		row[0] = EndToken
		return row
	}
	require.NoError(t, voteCanvas.Tokens(row, g, 0, 0))
	return row
}

// ballotPaper is what a prediction says once its augmentation is undone.
type ballotPaper struct {
	task          string
	input, answer Grid
}

// randomPredictions draws predictions in the order of their indices, which begin at
// from, and what they say. Answers and logits are of a few, so that ties are common.
func randomPredictions(t testing.TB, rng *rand.Rand, tasks []Task, from, n int) ([]Prediction, []ballotPaper) {
	pool := []Grid{{}, grid("1"), grid("12/34"), grid("12/35"), grid("1234")}
	var ps []Prediction
	var papers []ballotPaper
	for i := range n {
		task := tasks[rng.IntN(len(tasks))]
		pair := task.Test[rng.IntN(len(task.Test))]
		paper := ballotPaper{task.ID, pair.Input, append(pool, pair.Output)[rng.IntN(len(pool)+1)]}
		transform := RandomTransform(rng)
		ps = append(ps, Prediction{
			Index:  from + i,
			ID:     transform.ID(task.ID, Style(rng.IntN(2))),
			Input:  laid(t, transform.Apply(paper.input)),
			Answer: laid(t, transform.Apply(paper.answer)),
			Halt:   []float32{-3, 0.5, 0.75, 4}[rng.IntN(4)],
		})
		papers = append(papers, paper)
	}
	return ps, papers
}

func addAll(t testing.TB, v *Votes, ps []Prediction) *Votes {
	t.Helper()
	for _, p := range ps {
		require.NoError(t, v.Add(p))
	}
	return v
}

func votesText(t testing.TB, v *Votes) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteVotes(&b, v))
	return b.String()
}

// slowVote is a vote whose sum of confidences is exact.
type slowVote struct {
	answer Grid
	count  int
	mean   *big.Rat
	first  int
}

// slowRanking is [Votes.Ranking] by the rule, a pass over all predictions for each.
func slowRanking(ps []Prediction, papers []ballotPaper, task string, input Grid) []slowVote {
	var votes []slowVote
	for i, paper := range papers {
		if paper.task != task || !paper.input.Equal(input) {
			continue
		}
		k := slices.IndexFunc(votes, func(v slowVote) bool { return v.answer.Equal(paper.answer) })
		if k < 0 {
			k = len(votes)
			votes = append(votes, slowVote{answer: paper.answer, mean: new(big.Rat), first: ps[i].Index})
		}
		q := new(big.Rat).SetFloat64(1 / (1 + math.Exp(-float64(ps[i].Halt))))
		votes[k].count++
		votes[k].mean.Add(votes[k].mean, q)
	}
	for i := range votes {
		votes[i].mean.Quo(votes[i].mean, new(big.Rat).SetInt64(int64(votes[i].count)))
	}
	slices.SortStableFunc(votes, func(a, b slowVote) int {
		return cmp.Or(cmp.Compare(b.count, a.count), b.mean.Cmp(a.mean))
	})
	return votes
}

// slowPass is pass@k by the rule.
func slowPass(ps []Prediction, papers []ballotPaper, tasks []Task, k int) Pass {
	pass := Pass{K: k}
	for _, task := range tasks {
		solved := 0.0
		for _, pair := range task.Test {
			for i, v := range slowRanking(ps, papers, task.ID, pair.Input) {
				if i < k && v.answer.Equal(pair.Output) {
					solved++
				}
			}
		}
		pass.Mean += solved / float64(len(task.Test)) / float64(len(tasks))
		if solved == float64(len(task.Test)) {
			pass.Whole += 1 / float64(len(tasks))
		}
	}
	return pass
}

func TestVotesAgainstRule(t *testing.T) {
	for seed := range uint64(60) {
		rng := newRNG(seed)
		tasks := voteTasks(rng)
		ps, papers := randomPredictions(t, rng, tasks, rng.IntN(100), rng.IntN(120))
		v := addAll(t, newVotes(t, tasks), ps)
		require.Equal(t, len(ps), v.Len())
		for _, task := range tasks {
			for i, pair := range task.Test {
				got, err := v.Ranking(task.ID, i)
				require.NoError(t, err)
				want := slowRanking(ps, papers, task.ID, pair.Input)
				require.Len(t, got, len(want))
				for k, w := range want {
					require.Equal(t, text(w.answer), text(got[k].Answer))
					require.Equal(t, w.count, got[k].Count)
					require.Equal(t, w.first, got[k].First)
					mean, _ := w.mean.Float64()
					require.InDelta(t, mean, got[k].Confidence(), 1.0/one)
				}
			}
		}
		score, err := v.Score(1, 2, 3, 6)
		require.NoError(t, err)
		for _, pass := range score.Pass {
			want := slowPass(ps, papers, tasks, pass.K)
			require.InDelta(t, want.Mean, pass.Mean, 1e-12)
			require.InDelta(t, want.Whole, pass.Whole, 1e-12)
		}
	}
}

func TestVotesOrderAndShards(t *testing.T) {
	for seed := range uint64(30) {
		rng := newRNG(seed)
		tasks := voteTasks(rng)
		ps, _ := randomPredictions(t, rng, tasks, 0, 100)
		whole := addAll(t, newVotes(t, tasks), ps)
		want := votesText(t, whole)

		rng.Shuffle(len(ps), func(i, k int) { ps[i], ps[k] = ps[k], ps[i] })
		shuffled := addAll(t, newVotes(t, tasks), ps)
		require.Equal(t, want, votesText(t, shuffled))
		require.Equal(t, whole.seen, shuffled.seen)

		// Every shard goes through a file, read by one who has the tasks in another
		// order.
		shards := make([]*Votes, 1+rng.IntN(5))
		for i := range shards {
			shards[i] = newVotes(t, tasks)
		}
		for _, p := range ps {
			require.NoError(t, shards[rng.IntN(len(shards))].Add(p))
		}
		other := slices.Clone(tasks)
		slices.Reverse(other)
		merged := newVotes(t, tasks)
		for _, i := range rng.Perm(len(shards)) {
			shard, err := ReadVotes(bytes.NewReader([]byte(votesText(t, shards[i]))), "shard", other, voteCanvas)
			require.NoError(t, err)
			before := votesText(t, shard)
			require.NoError(t, merged.Merge(shard))
			require.Equal(t, before, votesText(t, shard))
		}
		require.Equal(t, want, votesText(t, merged))
		for _, v := range []*Votes{shuffled, merged} {
			a, err := whole.Score()
			require.NoError(t, err)
			b, err := v.Score()
			require.NoError(t, err)
			require.Equal(t, a, b)
			require.Equal(t, submission(t, whole), submission(t, v))
		}
	}
}

// A merged shard takes more predictions without changing the one it came from.
func TestMergeKeepsShard(t *testing.T) {
	rng := newRNG(1)
	tasks := voteTasks(rng)
	ps, _ := randomPredictions(t, rng, tasks, 0, 60)
	shard := addAll(t, newVotes(t, tasks), ps[:30])
	before := votesText(t, shard)
	all := newVotes(t, tasks)
	require.NoError(t, all.Merge(shard))
	addAll(t, all, ps[30:])
	require.Equal(t, before, votesText(t, shard))
	require.Equal(t, votesText(t, addAll(t, newVotes(t, tasks), ps)), votesText(t, all))
}

func TestFixed(t *testing.T) {
	for logit, want := range map[float32]uint64{
		0: one / 2, 100: one, -100: 0, float32(math.Inf(1)): one, float32(math.Inf(-1)): 0,
		2: 3782994644, -2: one - 3782994644, // 2^32 / (1 + e^-2) = 3782994644.327
	} {
		require.Equal(t, want, fixed(logit), logit)
	}
}

func TestAddErrors(t *testing.T) {
	tasks := []Task{{ID: "a", Test: []Pair{{grid("12"), grid("21")}}}, {ID: "b", Test: []Pair{{grid("3"), grid("4")}}}}
	v := newVotes(t, tasks)
	good := func() Prediction {
		return Prediction{ID: "a", Input: laid(t, grid("12")), Answer: laid(t, grid("21"))}
	}
	require.NoError(t, v.Add(good()))
	before := votesText(t, v)
	for want, spoil := range map[string]func(p *Prediction){
		`prediction 0 of puzzle "a": it has voted already`:         func(p *Prediction) { p.Index = 0 },
		"prediction -1 of puzzle \"a\": want an index of 0 to 214": func(p *Prediction) { p.Index = -1 },
		"prediction 2147483647 of":                                 func(p *Prediction) { p.Index = MaxPredictions },
		"the halting logit is not a number":                        func(p *Prediction) { p.Halt = float32(math.NaN()) },
		"a row of 15 tokens, want 16":                              func(p *Prediction) { p.Input = p.Input[1:] },
		"a row of 0 tokens, want 16":                               func(p *Prediction) { p.Answer = nil },
		"empty identifier":                                         func(p *Prediction) { p.ID = "" },
		"colours":                                                  func(p *Prediction) { p.ID = "a|||t1|||0000000000" },
		`puzzle "<blank>": not one of the tasks`:                   func(p *Prediction) { p.ID = "<blank>" },
		"the input is none of the task's test in":                  func(p *Prediction) { p.ID = "b" },
		`puzzle "a|||t4|||0123456789": the input`:                  func(p *Prediction) { p.ID = "a|||t4|||0123456789" },
	} {
		p := good()
		p.Index = 1
		spoil(&p)
		require.ErrorContains(t, v.Add(p), want)
		require.Equal(t, before, votesText(t, v))
	}
	for _, test := range []struct {
		task string
		test int
		want string
	}{{"x", 0, `no task "x"`}, {"a", 1, "test pair 1 of 1"}, {"a", -1, "test pair -1 of 1"}} {
		_, err := v.Ranking(test.task, test.test)
		require.ErrorContains(t, err, test.want)
	}
}

func TestNewVotesErrors(t *testing.T) {
	good := Task{ID: "a", Test: []Pair{{Input: grid("1")}}}
	for _, test := range []struct {
		tasks  []Task
		canvas Canvas
		run    string
		want   string
	}{
		{[]Task{good}, Canvas{}, "", "canvas of side 0"},
		{[]Task{good}, voteCanvas, "\xff", "the name of the run"},
		{[]Task{good}, voteCanvas, string(make([]byte, maxRun+1)), "the name of the run"},
		{[]Task{good, good}, voteCanvas, "", `task "a" twice`},
		{[]Task{{ID: "a"}}, voteCanvas, "", `task "a": no pairs`},
		{[]Task{{ID: "a", Train: []Pair{{grid("1"), grid("1")}}}}, voteCanvas, "", `task "a": no test pairs to vote on`},
	} {
		_, err := NewVotes(test.tasks, test.canvas, test.run)
		require.ErrorContains(t, err, test.want)
	}
}

func TestMergeErrors(t *testing.T) {
	rng := newRNG(1)
	tasks := voteTasks(rng)
	ps, _ := randomPredictions(t, rng, tasks, 0, 20)
	v := addAll(t, newVotes(t, tasks), ps[:12])
	before := votesText(t, v)
	otherRun, err := NewVotes(tasks, voteCanvas, "other")
	require.NoError(t, err)
	otherInput := voteTasks(rng)
	for want, shard := range map[string]*Votes{
		"prediction 11 is in both":      addAll(t, newVotes(t, tasks), ps[11:]),
		"prediction 0 is in both":       v,
		`run "run" and run "other"`:     otherRun,
		"they are on different tasks":   newVotes(t, tasks[:2]),
		"votes: they are on different ": newVotes(t, otherInput),
	} {
		require.ErrorContains(t, v.Merge(shard), want)
		require.Equal(t, before, votesText(t, v))
	}
	// Outputs that are not known yet are no difference.
	secret := slices.Clone(tasks)
	secret[0].Test = []Pair{{Input: tasks[0].Test[0].Input}}
	require.NoError(t, v.Merge(addAll(t, newVotes(t, secret), ps[12:])))
	require.Equal(t, 20, v.Len())
	require.Equal(t, "run", v.Run())
}

func TestSpans(t *testing.T) {
	rng := newRNG(1)
	for range 200 {
		var sets [2]spans
		held := make(map[int]int)
		for range 60 {
			i, s := rng.IntN(40), rng.IntN(2)
			grown, ok := sets[s].add(i)
			require.Equal(t, held[i]&(1<<s) == 0, ok)
			held[i] |= 1 << s
			sets[s] = grown
		}
		both := -1
		for s, set := range sets {
			n := 0
			for i := -1; i < 41; i++ {
				require.Equal(t, held[i]&(1<<s) != 0, set.has(i))
				n += held[i] >> s & 1
				if held[i] == 3 && both < 0 {
					both = i
				}
			}
			require.Equal(t, n, set.len())
			for k := 1; k < len(set); k++ {
				require.Less(t, set[k-1].to, set[k].from)
			}
		}
		_, i, disjoint := sets[0].union(sets[1])
		require.Equal(t, both < 0, disjoint)
		if both >= 0 {
			require.Equal(t, both, i)
		}
	}
}

func submission(t testing.TB, v *Votes) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteSubmission(&b, v))
	require.True(t, json.Valid(b.Bytes()))
	return b.String()
}
