package train

import (
	"math"
	"slices"
	"testing"

	"github.com/rereadml/reread/data"
	"github.com/stretchr/testify/require"
)

const none = data.IgnoreLabel

// craftedRow is a row of a batch of six whose logits are (1, 0, -1) in each of
// its four cells, so that the answer is 0 everywhere and stablemax gives the
// tokens 4/7, 2/7 and 1/7.
type craftedRow struct {
	labels               []int32
	done                 int32 // supervision steps before this one, of at most 3
	qHalt, qContinue     float32
	nextHalt, nextGoOn   float32 // halting values one step later, HRM only
	halted               bool
	lm, halt, goOn       float64 // losses
	dHalt, dGoOn         float64 // their gradients
	count, accuracy      float64
	exact, qRight, steps float64
}

var (
	lm0 = math.Log(7. / 4)
	lm1 = math.Log(7. / 2)
	lm2 = math.Log(7.)
)

// softplus and logistic are log(1+eˣ) and its derivative.
func softplus(x float64) float64 { return math.Log(1 + math.Exp(x)) }
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

var craftedTRM = []craftedRow{
	{ // two of three right; halts by q_halt, which is wrong to do so
		labels: []int32{0, none, 0, 1}, qHalt: 2, halted: true,
		lm: (2*lm0 + lm1) / 3, halt: softplus(2), dHalt: logistic(2),
		count: 1, accuracy: 2. / 3, steps: 1,
	},
	{ // right, and at its last step against its q_halt
		labels: []int32{0, 0, none, none}, done: 2, qHalt: -1, halted: true,
		lm: lm0, halt: softplus(1), dHalt: logistic(-1) - 1,
		count: 1, accuracy: 1, exact: 1, steps: 3,
	},
	{ // without labels: nothing to count, and nothing right to halt on
		labels: []int32{none, none, none, none}, qHalt: 3, halted: true,
		halt: softplus(3), dHalt: logistic(3),
	},
	{ // right, but q_halt is no more than zero
		labels: []int32{0, 0, 0, 0}, qHalt: 0,
		lm: lm0, halt: math.Ln2, dHalt: -0.5,
	},
	{ // the same at the last step, where zero is taken for right
		labels: []int32{0, 0, 0, 0}, done: 2, qHalt: 0, halted: true,
		lm: lm0, halt: math.Ln2, dHalt: -0.5,
		count: 1, accuracy: 1, exact: 1, qRight: 1, steps: 3,
	},
	{ // all wrong, and q_halt says so
		labels: []int32{1, 2, 1, 2}, done: 2, qHalt: -2, halted: true,
		lm: (lm1 + lm2) / 2, halt: softplus(-2), dHalt: logistic(-2),
		count: 1, qRight: 1, steps: 3,
	},
}

var craftedHRM = []craftedRow{
	{ // goes on: the target is the better of the next step's values
		labels: []int32{0, 0, 0, 0}, qHalt: -1, qContinue: 0, nextHalt: 0, nextGoOn: 1,
		lm: lm0, halt: softplus(1), dHalt: logistic(-1) - 1,
		goOn: math.Ln2, dGoOn: 0.5 - logistic(1),
	},
	{
		labels: []int32{0, 0, 0, 0}, done: 1, qHalt: -1, qContinue: 2, nextHalt: 3, nextGoOn: -3,
		lm: lm0, halt: softplus(1), dHalt: logistic(-1) - 1,
		goOn: softplus(2) - 2*logistic(3), dGoOn: logistic(2) - logistic(3),
	},
	{ // halts by q_halt > q_continue; the target is the same
		labels: []int32{0, none, none, 1}, qHalt: -1, qContinue: -2, nextHalt: -4, nextGoOn: -3, halted: true,
		lm: (lm0 + lm1) / 2, halt: softplus(-1), dHalt: logistic(-1),
		goOn: softplus(-2) + 2*logistic(-3), dGoOn: logistic(-2) - logistic(-3),
		count: 1, accuracy: 0.5, qRight: 1, steps: 1,
	},
	{ // at the last step the next one could only halt
		labels: []int32{0, 0, 0, none}, done: 2, qHalt: 1, qContinue: 2, nextHalt: -2, nextGoOn: 5, halted: true,
		lm: lm0, halt: softplus(-1), dHalt: logistic(1) - 1,
		goOn: softplus(2) - 2*logistic(-2), dGoOn: logistic(2) - logistic(-2),
		count: 1, accuracy: 1, exact: 1, qRight: 1, steps: 3,
	},
	{ // equal values do not halt
		labels: []int32{none, none, none, none}, qHalt: 1, qContinue: 1, nextHalt: 0, nextGoOn: 0,
		halt: softplus(1), dHalt: logistic(1),
		goOn: softplus(1) - 0.5, dGoOn: logistic(1) - 0.5,
	},
	{ // no labels
		labels: []int32{none, none, none, none}, done: 2, qHalt: 0, qContinue: 0, nextHalt: 0, nextGoOn: 9, halted: true,
		halt: math.Ln2, dHalt: 0.5, goOn: math.Ln2,
	},
}

func TestRowLoss(t *testing.T) {
	for kind, rows := range map[string][]craftedRow{kindMLP: craftedTRM, kindHRM: craftedHRM} {
		t.Run(kind, func(t *testing.T) {
			arch := tinyArch()
			arch.SeqLen, arch.VocabSize, arch.HaltMaxSteps, arch.HaltExplorationProb = 4, 3, 3, 0
			tr := newTrainer(t, newModel(t, kind, arch), tinyConfig(len(rows), 10), 1)
			var got, want Metrics
			for i, r := range rows {
				checkRowLoss(t, tr, i, r, &got)
				want.add(&Metrics{
					LMLoss: r.lm, QHaltLoss: r.halt, QContinueLoss: r.goOn, Count: r.count,
					Accuracy: r.accuracy, ExactAccuracy: r.exact, QHaltAccuracy: r.qRight, Steps: r.steps,
				})
			}
			requireMetrics(t, want, got)
			require.InDelta(t, want.LMLoss+(want.QHaltLoss+want.QContinueLoss)/2, got.Loss(), 1e-12)
		})
	}
}

func checkRowLoss(t *testing.T, tr *Trainer, i int, r craftedRow, sum *Metrics) {
	t.Helper()
	w, b := tr.workers[0], tr.batch
	w.group.N = 1
	out := w.group.Answer()
	copy(out.Logits, []float32{1, 0, -1, 1, 0, -1, 1, 0, -1, 1, 0, -1})
	copy(out.Q, []float32{r.qHalt, r.qContinue})
	if w.next != nil {
		copy(w.next.Answer().Q, []float32{r.nextHalt, r.nextGoOn})
	}
	copy(row(b.labels, i, 4), r.labels)
	b.steps[i], b.halted[i] = r.done, false
	var m Metrics
	w.score(i, 0, &m)
	sum.add(&m)

	require.Equal(t, r.halted, b.halted[i], "row %d", i)
	require.Equal(t, r.done+1, b.steps[i], "row %d", i)
	require.InDelta(t, r.lm+(r.halt+r.goOn)/2, tr.rowLosses[i], 1e-12, "row %d", i)
	share := 1 / float64(b.size)
	require.InDelta(t, share*r.dHalt/2, out.DQ[0], 1e-7, "row %d", i)
	require.InDelta(t, share*r.dGoOn/2, out.DQ[1], 1e-7, "row %d", i)
	checkLogitGradients(t, out.DLogits, r.labels, share)
}

// checkLogitGradients knows that of -log(s_j / sum s) by x_k: s'_k (1/sum - [j
// = k] / s_k), with s = (2, 1, 1/2), s' = (1, 1, 1/4) and sum = 7/2.
func checkLogitGradients(t *testing.T, got []float32, labels []int32, share float64) {
	t.Helper()
	s, slope := []float64{2, 1, 0.5}, []float64{1, 1, 0.25}
	labelled := 0
	for _, l := range labels {
		if l != none {
			labelled++
		}
	}
	for c, l := range labels {
		for k := range 3 {
			want := 0.0
			if l != none {
				want = slope[k] * 2 / 7
				if k == int(l) {
					want -= slope[k] / s[k]
				}
				want *= share / float64(labelled)
			}
			require.InDelta(t, want, got[3*c+k], 1e-7, "cell %d, token %d", c, k)
		}
	}
}

func requireMetrics(t *testing.T, want, got Metrics) {
	t.Helper()
	for _, f := range []struct {
		name      string
		want, got float64
	}{
		{"lm_loss", want.LMLoss, got.LMLoss}, {"q_halt_loss", want.QHaltLoss, got.QHaltLoss},
		{"q_continue_loss", want.QContinueLoss, got.QContinueLoss}, {"other_loss", want.OtherLoss, got.OtherLoss}, {"count", want.Count, got.Count},
		{"accuracy", want.Accuracy, got.Accuracy}, {"exact_accuracy", want.ExactAccuracy, got.ExactAccuracy},
		{"q_halt_accuracy", want.QHaltAccuracy, got.QHaltAccuracy}, {"steps", want.Steps, got.Steps},
	} {
		require.InDelta(t, f.want, f.got, 1e-12, f.name)
	}
}

// TestSingleStepHasNoQLearning: where every row halts at once, there is no
// value of going on.
func TestSingleStepHasNoQLearning(t *testing.T) {
	arch := tinyArch()
	arch.HaltMaxSteps = 1
	tr := newTrainer(t, newModel(t, kindHRM, arch), tinyConfig(4, 10), 2)
	for range 3 {
		m, err := tr.Step()
		require.NoError(t, err)
		require.Zero(t, m.QContinueLoss)
		require.Equal(t, 4.0, m.Count)
		require.Equal(t, 4.0, m.Steps)
		require.False(t, slices.Contains(tr.Batch().Halted, false))
	}
}

func TestReportValues(t *testing.T) {
	r := Report{
		BatchSize: 4, LearningRate: 0.25, GradNorm: 3,
		Metrics: Metrics{LMLoss: 8, QHaltLoss: 2, Count: 2, Accuracy: 1.5, ExactAccuracy: 1, QHaltAccuracy: 2, Steps: 7},
	}
	want := []Value{
		{"train/lm_loss", 2}, {"train/q_halt_loss", 0.5}, {"train/accuracy", 0.75}, {"train/exact_accuracy", 0.5},
		{"train/q_halt_accuracy", 1}, {"train/steps", 3.5}, {"train/count", 2}, {"train/lr", 0.25}, {"train/grad_norm", 3},
	}
	require.Equal(t, want, r.Values())
	r.Metrics.QContinueLoss = 6
	require.Equal(t, append(slices.Clone(want), Value{"train/q_continue_loss", 1.5}), r.Values())
	r.Metrics.OtherLoss = 2
	require.Equal(t, append(slices.Clone(want), Value{"train/q_continue_loss", 1.5}, Value{"train/other_loss", 0.5}), r.Values())
	r.Metrics = Metrics{}
	for _, v := range r.Values() { // nothing halted: no division by zero
		require.True(t, finite(v.Value), v.Name)
	}
}
