package train

import (
	"math/rand/v2"

	"github.com/rereadml/reread/nn"
)

// worker is one goroutine's part of a training step.
type worker struct {
	t     *Trainer
	net   nn.Worker
	group *nn.Group
	next  *nn.Group // the step after, for the targets of Q-learning
	row   Row
	grad  []float32 // gradient of the shard at hand; nil where the weights are frozen
	pcg   rand.PCG
	rng   *rand.Rand
}

func newWorker(t *Trainer) (*worker, error) {
	net, err := t.model.NewTrainingWorker(t.groupSize)
	if err != nil {
		return nil, err
	}
	w := &worker{t: t, net: net, group: t.model.NewGroup(t.groupSize, true), grad: newGradient(t.model, &t.cfg)}
	w.rng = rand.New(&w.pcg)
	w.row.Outs = make([]nn.ReadOut, len(w.group.Outs))
	if t.qLearning {
		w.next = t.model.NewGroup(t.groupSize, false)
	}
	return w, nil
}

// shard takes rows [lo, hi) through one supervision step, group by group, and
// sums their gradient in w.grad.
func (w *worker) shard(lo, hi int, m *Metrics) error {
	clear(w.grad)
	for ; lo < hi; lo += w.t.groupSize {
		if err := w.supervise(lo, min(lo+w.t.groupSize, hi), m); err != nil {
			return err
		}
	}
	return nil
}

// supervise takes one group through one supervision step and its backward
// pass.
func (w *worker) supervise(lo, hi int, m *Metrics) error {
	w.t.batch.group(w.group, lo, hi)
	w.disturb(lo)
	if err := w.net.StepTrain(w.group); err != nil {
		return err
	}
	if w.next != nil {
		if err := w.lookAhead(); err != nil {
			return err
		}
	}
	for i := range w.group.N {
		w.score(lo+i, i, m)
	}
	return w.net.Backward(w.group, w.grad)
}

// disturb adds the noise of the model to the states of the group, whose first row
// is row lo of the batch. Each has a stream of its own, as in halts.
func (w *worker) disturb(lo int) {
	if w.t.noise == 0 {
		return
	}
	for i := range w.group.N {
		w.pcg.Seed(w.t.cfg.Seed^noiseStream, w.t.step*uint64(w.t.batch.size)+uint64(lo+i))
		w.group.Carry.AddNoise(i, w.t.noise, &w.pcg)
	}
}

// lookAhead takes a copy of the group's new carry one step further, without
// noise: its halting values are what continuing would be worth.
func (w *worker) lookAhead() error {
	g, next := w.group, w.next
	next.N, next.Inputs, next.PuzzleIDs = g.N, g.Inputs, g.PuzzleIDs
	for i := range g.N {
		next.Carry.Copy(i, &g.Carry, i)
	}
	return w.net.Step(next)
}

// score computes loss, gradients and metrics of row r of the batch, row i of
// the group, and decides whether it halts.
func (w *worker) score(r, i int, m *Metrics) {
	b, labels := w.t.batch, row(w.t.batch.labels, r, w.t.batch.seqLen)
	b.steps[r]++
	last := int(b.steps[r]) >= w.t.maxSteps
	w.show(r, i, last)
	s := w.t.objective.Score(&w.row)
	m.LMLoss += s.LMLoss
	m.QHaltLoss += s.QHaltLoss
	m.QContinueLoss += s.QContinueLoss
	m.OtherLoss += s.OtherLoss
	w.t.rowLosses[r] = s.LMLoss + 0.5*(s.QHaltLoss+s.QContinueLoss) + s.OtherLoss

	answer := &w.row.Outs[len(w.row.Outs)-1]
	b.halted[r] = b.ends(r, last, w.halts(r, last, answer.Q), w.t.cfg.Linger)
	right, counted := countRight(answer.Logits, labels)
	if !b.halted[r] || counted == 0 {
		return
	}
	exact := right == counted
	m.Count++
	m.Accuracy += float64(right) / float64(counted)
	m.ExactAccuracy += indicator(exact)
	m.QHaltAccuracy += indicator((answer.Q[0] >= 0) == exact)
	m.Steps += float64(b.steps[r])
}

// show points w.row at row r of the batch, row i of the group.
func (w *worker) show(r, i int, last bool) {
	b, v := w.t.batch, &w.row
	v.Inputs, v.Labels, v.PuzzleID = row(b.inputs, r, b.seqLen), row(b.labels, r, b.seqLen), b.ids[r]
	v.Step, v.Last, v.Weight = int(b.steps[r]), last, 1/float64(b.size)
	for o := range v.Outs {
		g, size := &w.group.Outs[o], b.seqLen*b.vocab
		v.Outs[o] = nn.ReadOut{Logits: row(g.Logits, i, size), Q: row(g.Q, i, 2), DLogits: row(g.DLogits, i, size), DQ: row(g.DQ, i, 2)}
		clear(v.Outs[o].DLogits)
		clear(v.Outs[o].DQ)
	}
	if w.next != nil {
		v.Next = row(w.next.Answer().Q, i, 2)
	}
}

// halts decides whether row r should end with this step, were it not for
// Config.Linger. Exploration makes some rows go on to a minimum drawn at random.
func (w *worker) halts(r int, last bool, q []float32) bool {
	most := w.t.maxSteps
	if most == 1 {
		return last
	}
	halted := last || w.t.model.Margin(q[0], q[1]) > 0
	// Two words of the stream would do for a whole batch, but a row's own
	// stream makes the draw independent of workers and resumption.
	w.pcg.Seed(w.t.cfg.Seed^exploreStream, w.t.step*uint64(w.t.batch.size)+uint64(r))
	if w.rng.Float64() < w.t.exploration {
		least := 2 + w.rng.IntN(most-1)
		halted = halted && int(w.t.batch.steps[r]) >= least
	}
	return halted
}

// The streams separate the draws of exploration and noise from those of the data.
const (
	exploreStream = 0x9d39247e33776d41
	noiseStream   = 0xc2b2ae3d27d4eb4f
)
