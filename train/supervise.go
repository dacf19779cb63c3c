package train

import (
	"math"
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// worker is one goroutine's part of a training step.
type worker struct {
	t     *Trainer
	net   nn.Worker
	group nn.Group
	next  nn.Group  // the step after, for the targets of Q-learning
	grad  []float32 // gradient of the shard at hand
	pcg   rand.PCG
	rng   *rand.Rand
}

func newWorker(t *Trainer) *worker {
	a, n := t.model.Spec(), t.groupSize
	w := &worker{t: t, net: t.model.NewWorker(n, true), grad: t.model.Params().NewVector()}
	w.rng = rand.New(&w.pcg)
	w.group = nn.Group{
		Logits: make([]float32, n*a.SeqLen*a.VocabSize), Q: make([]float32, n*2),
		DLogits: make([]float32, n*a.SeqLen*a.VocabSize), DQ: make([]float32, n*2),
	}
	if t.qLearning {
		w.next = nn.Group{
			ZH: make([]float32, n*t.batch.state), ZL: make([]float32, n*t.batch.state),
			Logits: make([]float32, n*a.SeqLen*a.VocabSize), Q: make([]float32, n*2),
		}
	}
	return w
}

// shard takes rows [lo, hi) through one supervision step, group by group, and
// sums their gradient in w.grad.
func (w *worker) shard(lo, hi int, m *Metrics) {
	clear(w.grad)
	for ; lo < hi; lo += w.t.groupSize {
		w.supervise(lo, min(lo+w.t.groupSize, hi), m)
	}
}

// supervise takes one group through one supervision step and its backward
// pass.
func (w *worker) supervise(lo, hi int, m *Metrics) {
	b, g := w.t.batch, &w.group
	b.group(g, lo, hi)
	w.net.StepTrain(g)
	if w.t.qLearning {
		w.lookAhead()
	}
	for i := range g.N {
		w.rowLoss(lo+i, i, m)
	}
	w.net.Backward(g, w.grad)
}

// lookAhead takes a copy of the group's new carry one step further: its
// halting values are what continuing would be worth.
func (w *worker) lookAhead() {
	g, next := &w.group, &w.next
	zH, zL := next.ZH[:cap(next.ZH)], next.ZL[:cap(next.ZL)]
	next.N, next.Inputs, next.PuzzleIDs = g.N, g.Inputs, g.PuzzleIDs
	next.ZH, next.ZL = zH[:len(g.ZH)], zL[:len(g.ZL)]
	copy(next.ZH, g.ZH)
	copy(next.ZL, g.ZL)
	w.net.Step(next)
}

// rowLoss computes loss, gradients and metrics of row r of the batch, row i of
// the group, and decides whether it halts.
func (w *worker) rowLoss(r, i int, m *Metrics) {
	b, g, cfg := w.t.batch, &w.group, w.t.model.Spec()
	labels := row(b.labels, r, b.seqLen)
	logits := row(g.Logits, i, b.seqLen*b.vocab)
	weight := 1 / float64(b.size)
	lm := w.t.loss.Forward(logits, labels, row(g.DLogits, i, b.seqLen*b.vocab), weight)
	right, counted := countRight(logits, labels)
	exact := right == counted

	qHalt, qContinue := float64(g.Q[2*i]), float64(g.Q[2*i+1])
	haltLoss, dHalt := nn.BCEWithLogits(qHalt, indicator(exact))
	g.DQ[2*i], g.DQ[2*i+1] = float32(0.5*weight*dHalt), 0
	b.steps[r]++
	last := int(b.steps[r]) >= cfg.HaltMaxSteps
	continueLoss := 0.0
	if w.t.qLearning {
		var d float64
		continueLoss, d = nn.BCEWithLogits(qContinue, w.continueTarget(i, last))
		g.DQ[2*i+1] = float32(0.5 * weight * d)
	}
	m.LMLoss += lm
	m.QHaltLoss += haltLoss
	m.QContinueLoss += continueLoss
	b.halted[r] = w.halts(r, last, g.Q[2*i], g.Q[2*i+1])
	if b.halted[r] && counted > 0 {
		m.Count++
		m.Accuracy += float64(right) / float64(counted)
		m.ExactAccuracy += indicator(exact)
		m.QHaltAccuracy += indicator((qHalt >= 0) == exact)
		m.Steps += float64(b.steps[r])
	}
	w.t.rowLosses[r] = lm + 0.5*(haltLoss+continueLoss)
}

// continueTarget is the value of the next step: of halting there if it must,
// else of the better choice.
func (w *worker) continueTarget(i int, last bool) float64 {
	q := float64(w.next.Q[2*i])
	if !last {
		q = math.Max(q, float64(w.next.Q[2*i+1]))
	}
	return nn.Sigmoid(q)
}

// halts decides whether row r ends with this step. Exploration makes some rows
// go on to a minimum drawn at random.
func (w *worker) halts(r int, last bool, qHalt, qContinue float32) bool {
	cfg := w.t.model.Spec()
	if cfg.HaltMaxSteps == 1 {
		return last
	}
	halted := last || nn.Halts(w.t.model, qHalt, qContinue)
	// Two words of the stream would do for a whole batch, but a row's own
	// stream makes the draw independent of workers and resumption.
	w.pcg.Seed(w.t.cfg.Seed^exploreStream, w.t.step*uint64(w.t.batch.size)+uint64(r))
	if w.rng.Float64() < cfg.HaltExplorationProb {
		least := 2 + w.rng.IntN(cfg.HaltMaxSteps-1)
		halted = halted && int(w.t.batch.steps[r]) >= least
	}
	return halted
}

// exploreStream separates the draws of exploration from those of the data.
const exploreStream = 0x9d39247e33776d41

// countRight returns how many labelled cells the logits [S, V] get right, and
// how many are labelled.
func countRight(logits []float32, labels []int32) (right, counted int) {
	vocab := len(logits) / len(labels)
	for c, label := range labels {
		if label == nn.IgnoreLabel {
			continue
		}
		counted++
		if nn.ArgMax(logits[c*vocab:][:vocab]) == int(label) {
			right++
		}
	}
	return right, counted
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
