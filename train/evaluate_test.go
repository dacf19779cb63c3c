package train

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/stretchr/testify/require"
)

// puzzleSet is the first n puzzles of a feed.
type puzzleSet struct {
	feed Feed
	n    int
}

func (s puzzleSet) Len() int { return s.n }

func (s puzzleSet) Row(i int, rng *rand.Rand, inputs, labels []int32) (int32, error) {
	if rng != nil {
		return 0, errors.New("evaluation must not augment")
	}
	return s.feed.At(uint64(i), inputs, labels)
}

// answers returns the logits and halting values of the first steps on a few
// puzzles.
func answers(t *testing.T, m nn.Model) []float32 {
	t.Helper()
	var out []float32
	hand := newByHand(m, 3)
	for i := range 3 {
		hand.load(t, feedFor(m), uint64(i), i)
	}
	for range 2 {
		for i := range 3 {
			hand.b.group(&hand.g, i, i+1)
			hand.w.Step(&hand.g)
			out = append(append(out, hand.g.Logits...), hand.g.Q...)
		}
	}
	return out
}

// soloScores takes one puzzle through all steps and returns its score and
// halting values after each.
func soloScores(t *testing.T, m nn.Model, feed Feed, i, stepCount int) (scores []Outcome, done []bool) {
	t.Helper()
	hand := newByHand(m, 1)
	hand.load(t, feed, uint64(i), 0)
	for s := range stepCount {
		hand.step()
		right, counted := 0, 0
		for c, l := range hand.b.labels {
			if l == none {
				continue
			}
			counted++
			best, x := 0, hand.g.Logits[c*hand.b.vocab:][:hand.b.vocab]
			for j := range x {
				if x[j] > x[best] {
					best = j
				}
			}
			if best == int(l) {
				right++
			}
		}
		q, other := hand.g.Q[0], float32(0)
		if m.QLearning() {
			other = hand.g.Q[1]
		}
		scores = append(scores, Outcome{Steps: s + 1, Exact: right == counted, Cell: float64(right) / float64(counted), QHalt: q})
		done = append(done, q > other)
	}
	return scores, done
}

// bruteForce is Evaluate, puzzle by puzzle.
func bruteForce(t *testing.T, m nn.Model, feed Feed, n, stepCount int, halt bool) *Evaluation {
	t.Helper()
	e := &Evaluation{Puzzles: n, ByStep: make([]StepAccuracy, stepCount)}
	for i := range n {
		scores, done := soloScores(t, m, feed, i, stepCount)
		at := 0
		for s := range stepCount {
			e.ByStep[s].Step = s + 1
			e.ByStep[s].Exact += indicator(scores[at].Exact) / float64(n)
			e.ByStep[s].Cell += scores[at].Cell / float64(n)
			if s+1 < stepCount && !(halt && done[at]) {
				at++
			}
		}
		o := scores[at]
		e.Outcomes = append(e.Outcomes, o)
		e.Exact += indicator(o.Exact) / float64(n)
		e.Cell += o.Cell / float64(n)
		e.MeanSteps += float64(o.Steps) / float64(n)
	}
	return e
}

func requireSameEvaluation(t *testing.T, want, got *Evaluation) {
	t.Helper()
	require.Equal(t, want.Puzzles, got.Puzzles)
	require.Equal(t, want.Outcomes, got.Outcomes)
	require.InDelta(t, want.Exact, got.Exact, 1e-12)
	require.InDelta(t, want.Cell, got.Cell, 1e-12)
	require.InDelta(t, want.MeanSteps, got.MeanSteps, 1e-12)
	require.Len(t, got.ByStep, len(want.ByStep))
	for i, w := range want.ByStep {
		require.Equal(t, w.Step, got.ByStep[i].Step)
		require.InDelta(t, w.Exact, got.ByStep[i].Exact, 1e-12, "step %d", i+1)
		require.InDelta(t, w.Cell, got.ByStep[i].Cell, 1e-12, "step %d", i+1)
	}
}

func TestEvaluate(t *testing.T) {
	arch := tinyArch()
	arch.VocabSize, arch.HaltMaxSteps = 2, 6 // with two tokens some answers are right by chance
	arch.SeqLen = 4
	for _, kind := range allKinds() {
		m := newModel(t, kind, arch)
		feed := feedFor(m)
		for name, c := range map[string]struct {
			opts     EvalOptions
			n, steps int
		}{
			"published":  {EvalOptions{}, 23, 6},
			"halting":    {EvalOptions{Halt: true}, 23, 6},
			"limit":      {EvalOptions{Halt: true, Limit: 9, Workers: 2}, 9, 6},
			"high limit": {EvalOptions{Limit: 100}, 23, 6},
			"one step":   {EvalOptions{Steps: 1, Halt: true}, 23, 1},
			"more steps": {EvalOptions{Steps: 11, Halt: true}, 23, 11},
			"one worker": {EvalOptions{Halt: true, Workers: 1}, 23, 6},
			"many":       {EvalOptions{Halt: true, Workers: 40}, 23, 6},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				got, err := Evaluate(context.Background(), m, puzzleSet{feed, 23}, c.opts)
				require.NoError(t, err)
				requireSameEvaluation(t, bruteForce(t, m, feed, c.n, c.steps, c.opts.Halt), got)
				require.Equal(t, got.Exact, got.ByStep[c.steps-1].Exact)
				require.Equal(t, got.Cell, got.ByStep[c.steps-1].Cell)
				if c.opts.Halt && c.steps > 1 {
					require.Less(t, got.MeanSteps, float64(c.steps), "some must halt for this to be a test")
				}
			})
		}
	}
}

func TestEvaluateWorkersDoNotMatter(t *testing.T) {
	for _, kind := range allKinds() {
		m := newModel(t, kind, tinyArch())
		one, err := Evaluate(context.Background(), m, puzzleSet{feedFor(m), 50}, EvalOptions{Halt: true, Workers: 1})
		require.NoError(t, err)
		three, err := Evaluate(context.Background(), m, puzzleSet{feedFor(m), 50}, EvalOptions{Halt: true, Workers: 3})
		require.NoError(t, err)
		one.Seconds, three.Seconds = 0, 0
		require.Equal(t, one, three)
	}
}

// TestEvaluateAllRight: a share of one is exactly one.
func TestEvaluateAllRight(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	unlabelled := feedFunc(func(_ uint64, inputs, labels []int32) (int32, error) {
		clear(inputs)
		for i := range labels {
			labels[i] = none
		}
		return 0, nil
	})
	for _, n := range []int{1, 3, 10, 49} {
		e, err := Evaluate(context.Background(), m, puzzleSet{unlabelled, n}, EvalOptions{})
		require.NoError(t, err)
		require.Equal(t, []float64{1, 1, 4}, []float64{e.Exact, e.Cell, e.MeanSteps})
		require.Equal(t, StepAccuracy{2, 1, 1}, e.ByStep[1])
	}
}

func TestEvaluateNothing(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	e, err := Evaluate(context.Background(), m, puzzleSet{feedFor(m), 0}, EvalOptions{})
	require.NoError(t, err)
	require.Zero(t, e.Puzzles)
	require.Zero(t, e.Exact)
}

func TestEvaluateErrors(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	good := feedFor(m)
	ctx, cancel := context.WithCancel(context.Background())
	broken := errors.New("broken disk")
	bad := func(edit func(inputs, labels []int32) error) Feed {
		return feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
			id, err := good.At(n, inputs, labels)
			if n == 7 {
				err = edit(inputs, labels)
			}
			return id, err
		})
	}
	for name, c := range map[string]struct {
		ctx  context.Context
		feed Feed
		opts EvalOptions
		is   error
		want string
	}{
		"steps":     {context.Background(), good, EvalOptions{Steps: -1}, nil, "-1 supervision steps"},
		"token":     {context.Background(), bad(func(in, _ []int32) error { in[2] = 99; return nil }), EvalOptions{}, nil, "puzzle 8: nn: token 99 in cell 2"},
		"label":     {context.Background(), bad(func(_, l []int32) error { l[2] = 99; return nil }), EvalOptions{}, nil, "puzzle 8: nn: label 99 in cell 2"},
		"set":       {context.Background(), bad(func(_, _ []int32) error { return broken }), EvalOptions{}, broken, "puzzle 8"},
		"cancelled": {ctx, bad(func(_, _ []int32) error { cancel(); return nil }), EvalOptions{Workers: 1}, context.Canceled, "evaluate"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Evaluate(c.ctx, m, puzzleSet{c.feed, 30}, c.opts)
			require.Nil(t, e)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "train: evaluate: ")
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
		})
	}
}
