package train

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/rereadml/reread/internal/machine"
	"github.com/rereadml/reread/internal/pool"
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// Feed is an endless stream of puzzles, a pure function of the position, so
// that a resumed run sees what an uninterrupted one would. [data.Sampler]
// implements it.
//
// A feed may have state of its own, as one that learns which puzzles to show:
// one that implements [encoding.BinaryMarshaler] and [encoding.BinaryUnmarshaler]
// is asked for positions in the order of the run, and its state enters the
// checkpoint. A feed that has the methods SeqLen, VocabSize and NumPuzzleIDs of
// [data.Rows] is compared with the model before the run starts.
type Feed interface {
	// At writes all of puzzle n into inputs and labels [S] and returns its puzzle
	// identifier. Cells with the label [data.IgnoreLabel] take no part in the
	// loss. One goroutine calls it.
	At(n uint64, inputs, labels []int32) (id int32, err error)
}

// Options are what a run's result does not depend on, and what it does not keep
// in files.
type Options struct {
	Workers   int       // goroutines; 0: one for each processor that Go may use
	Objective Objective // nil: that of the published models
}

// Trainer trains one model. It is not safe for concurrent use; it runs its own
// workers. Close ends them.
type Trainer struct {
	model     *nn.Model
	cfg       Config
	feed      Feed
	objective Objective
	// qLearning: q_continue is trained. With a single supervision step there
	// is no choice to learn.
	qLearning   bool
	maxSteps    int     // supervision steps on a row at most
	noise       float32 // by which states are moved
	exploration float64

	step      uint64 // supervision steps done
	batch     *batch
	opt       *optimizer
	grad      []float32 // nil where the weights are frozen
	gradNorm  float64
	groupSize int

	pool      *pool.Pool
	workers   []*worker
	shards    []Metrics
	failed    []error // by shard
	rowLosses []float64
	norms     []float64 // sums of squares by chunk
	puzzleSum []float32
	turn      turn
	half      error // of a step that has not come to its end
	broken    error // why the trainer is of no more use

	runShard, runNorm, runUpdate, runLayout func(worker, item int) // bound once, so that steps allocate nothing
}

// maxShards is how many parts a batch is summed in, whatever the number of
// workers: a power of two that keeps many cores busy.
const maxShards = 16

// New returns a trainer of m on feed. The weights that it trains are those of m,
// which it lays out for the precision of the run: between two steps m may be
// used, at that precision, but no other trainer may train it meanwhile.
func New(m *nn.Model, feed Feed, cfg Config, o Options) (*Trainer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	switch {
	case m == nil:
		return nil, errors.New("train: there is no model")
	case feed == nil:
		return nil, errors.New("train: there is no feed")
	case o.Workers < 0:
		return nil, fmt.Errorf("train: %d workers", o.Workers)
	}
	if err := checkShape(m, feed); err != nil {
		return nil, err
	}
	if cfg.FreezeWeights && m.PuzzleTable() == nil {
		return nil, fmt.Errorf("train: config: freeze_weights is set, and the model has no puzzle embedding to train")
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	o.Workers = min(o.Workers, shardCount(m, cfg.BatchSize))
	if err := newFootprint(m, &cfg, o.Workers).check(cfg.BatchSize, machine.Memory()); err != nil {
		return nil, err
	}
	if err := m.Pack(cfg.Precision, true); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	t := withoutWorkers(m, feed, cfg, o)
	for range t.pool.Size() {
		w, err := newWorker(t)
		if err != nil {
			t.Close()
			return nil, fmt.Errorf("train: %w", err)
		}
		t.workers = append(t.workers, w)
	}
	t.runShard, t.runNorm, t.runUpdate, t.runLayout = t.trainShard, t.sumSquares, t.opt.update, t.layOut
	return t, nil
}

// withoutWorkers returns a trainer that has no workers yet.
func withoutWorkers(m *nn.Model, feed Feed, cfg Config, o Options) *Trainer {
	if o.Objective == nil {
		o.Objective = PublishedObjective(m)
	}
	group, shards := groupSize(m), shardCount(m, cfg.BatchSize)
	rows := ceilDiv(cfg.BatchSize, shards)
	a := m.Arch()
	t := &Trainer{
		model: m, cfg: cfg, feed: feed, objective: o.Objective,
		qLearning: m.QLearning() && a.HaltMaxSteps > 1, maxSteps: a.HaltMaxSteps, exploration: a.HaltExplorationProb, noise: a.StateNoise,

		batch:     newBatch(m, cfg.BatchSize),
		grad:      newGradient(m, &cfg),
		groupSize: ceilDiv(rows, ceilDiv(rows, group)), // groups of a size

		pool:      pool.New(o.Workers),
		shards:    make([]Metrics, shards),
		failed:    make([]error, shards),
		rowLosses: make([]float64, cfg.BatchSize),
		puzzleSum: make([]float32, a.PuzzleEmbNDim),
	}
	t.norms = make([]float64, chunks(len(t.learned())))
	t.opt = newOptimizer(m.Params(), &t.cfg, t.grad, o.Workers)
	t.turn.init()
	return t
}

// newGradient returns room for the gradient of the weights, or nil where they are
// frozen.
func newGradient(m *nn.Model, cfg *Config) []float32 {
	if cfg.FreezeWeights {
		return nil
	}
	return m.Params().NewVector()
}

// learned returns the gradient of what is trained first of all: the weights, or the
// puzzle embeddings of the rows where the weights are frozen.
func (t *Trainer) learned() []float32 {
	if t.cfg.FreezeWeights {
		return t.batch.dPuzzles
	}
	return t.grad
}

// checkShape compares a feed that tells its shape with the model.
func checkShape(m *nn.Model, feed Feed) error {
	f, ok := feed.(interface {
		SeqLen() int
		VocabSize() int
		NumPuzzleIDs() int
	})
	if !ok {
		return nil
	}
	a := m.Arch()
	if f.SeqLen() != a.SeqLen || f.VocabSize() > a.VocabSize {
		return fmt.Errorf("train: the feed has rows of %d cells and %d tokens, the model is for %d cells and %d tokens",
			f.SeqLen(), f.VocabSize(), a.SeqLen, a.VocabSize)
	}
	if a.PuzzleEmbNDim > 0 && f.NumPuzzleIDs() > a.NumPuzzleIdentifiers {
		return fmt.Errorf("train: the feed has %d puzzle identifiers, the model %d", f.NumPuzzleIDs(), a.NumPuzzleIdentifiers)
	}
	return nil
}

// groupSize is how many puzzles a worker should take through a step together.
// Every group costs a pass over the gradients of all weights; every puzzle more
// in it makes the tape longer, which is read once it is written. So there are as
// many puzzles as make the two of a size.
func groupSize(m *nn.Model) int {
	return min(max(len(m.Params().Data())/max(m.TapeSize(), 1), 1), m.GroupSize())
}

// shardCount is how many parts a batch is summed in.
func shardCount(m *nn.Model, batch int) int { return min(maxShards, ceilDiv(batch, groupSize(m))) }

func ceilDiv(n, by int) int { return (n + by - 1) / by }

// Close ends the workers. Steps and checkpoints are errors afterwards.
func (t *Trainer) Close() {
	t.pool.Close()
	t.broken = errors.New("train: the trainer is closed")
}

// fail makes the trainer of no more use after an error, and returns that.
func (t *Trainer) fail(err error) error {
	t.broken = fmt.Errorf("train: an error before leaves nothing to go on from: %w", err)
	return err
}

// StepsDone returns the number of optimiser steps done.
func (t *Trainer) StepsDone() uint64 { return t.step }

// Step does one supervision step of every row of the batch and one optimiser
// step. Rows that halted before are replaced first, row i of step s by
// position s·B + i of the feed, as the published loop does. After an error of the
// feed, and where the weights are laid out for something else, the step may be
// tried again; after any other the trainer is of no more use. No checkpoint can be
// saved then, and those written before are good.
func (t *Trainer) Step() (Metrics, error) {
	if t.broken != nil {
		return Metrics{}, t.broken
	}
	var sum Metrics
	if t.half = t.supervise(&sum); t.half != nil {
		return sum, t.half
	}
	if err := t.checkFinite(&sum); err != nil {
		return sum, t.fail(err)
	}
	t.optimise()
	return sum, nil
}

// supervise takes every row through a supervision step and adds up the metrics
// and the gradients.
func (t *Trainer) supervise(sum *Metrics) error {
	if err := t.loadRows(); err != nil {
		return err
	}
	clear(t.grad)
	t.turn.reset()
	t.pool.Run(len(t.shards), t.runShard)
	for i := range t.shards {
		sum.add(&t.shards[i])
	}
	for _, err := range t.failed { // what one shard meets, all may
		if err != nil {
			return fmt.Errorf("train: step %d: %w", t.step+1, err)
		}
	}
	return nil
}

func (t *Trainer) loadRows() error {
	b := t.batch
	for i := range b.halted {
		if !b.halted[i] {
			continue
		}
		n := t.step*uint64(b.size) + uint64(i)
		if err := b.load(t.feed, n, i); err != nil {
			return fmt.Errorf("train: step %d: position %d of the feed: %w", t.step+1, n, err)
		}
	}
	if t.step == 0 && t.cfg.Stagger {
		b.stagger(t.maxSteps)
	}
	return nil
}

// trainShard takes shard s through the supervision step and adds its gradient
// to the sum when all shards before it have.
func (t *Trainer) trainShard(worker, s int) {
	w, n := t.workers[worker], len(t.shards)
	t.shards[s] = Metrics{}
	t.failed[s] = w.shard(s*t.cfg.BatchSize/n, (s+1)*t.cfg.BatchSize/n, &t.shards[s])
	t.turn.wait(s)
	simd.Add(t.grad, t.grad, w.grad)
	t.turn.pass()
}

func (t *Trainer) checkFinite(m *Metrics) error {
	if !finite(m.Loss()) {
		for i, l := range t.rowLosses {
			if !finite(l) {
				return fmt.Errorf("train: step %d: loss of row %d is %v after %d supervision steps on it", t.step+1, i, l, t.batch.steps[i])
			}
		}
		return fmt.Errorf("train: step %d: loss is %v", t.step+1, m.Loss())
	}
	t.pool.Run(len(t.norms), t.runNorm)
	sum := 0.0
	for _, s := range t.norms {
		sum += s
	}
	t.gradNorm = math.Sqrt(sum)
	if finite(sum) {
		return nil
	}
	if t.cfg.FreezeWeights {
		return fmt.Errorf("train: step %d: gradient of the puzzle embeddings is not finite", t.step+1)
	}
	for _, p := range t.model.Params().All() {
		if !finite(simd.SumSquares(p.In(t.grad))) {
			return fmt.Errorf("train: step %d: gradient of %s is not finite", t.step+1, p.Name)
		}
	}
	return fmt.Errorf("train: step %d: the norm of the gradient is not finite", t.step+1)
}

func (t *Trainer) sumSquares(_, i int) { t.norms[i] = simd.SumSquares(chunkOf(t.learned(), i)) }

// optimise applies the gradient and lays the new weights out.
func (t *Trainer) optimise() {
	t.step++
	t.opt.begin(t.step, t.gradNorm)
	t.pool.Run(len(t.opt.pieces), t.runUpdate)
	if e := t.model.PuzzleTable(); e != nil {
		rate := t.cfg.rate(t.step)
		e.SignSGD(t.batch.ids, t.batch.dPuzzles, float32(t.cfg.PuzzleLR*rate), float32(t.cfg.PuzzleWeightDecay), t.puzzleSum)
	}
	if t.cfg.FreezeWeights {
		return
	}
	t.pool.Run(t.model.Layouts(), t.runLayout)
}

func (t *Trainer) layOut(_, i int) { t.model.PackLayout(i) }

// turn makes workers take turns in the order of their shards.
type turn struct {
	mu   sync.Mutex
	cond *sync.Cond
	next int
}

func (t *turn) init()  { t.cond = sync.NewCond(&t.mu) }
func (t *turn) reset() { t.next = 0 }

// wait returns when all turns before i have passed.
func (t *turn) wait(i int) {
	t.mu.Lock()
	for t.next != i {
		t.cond.Wait()
	}
	t.mu.Unlock()
}

func (t *turn) pass() {
	t.mu.Lock()
	t.next++
	t.mu.Unlock()
	t.cond.Broadcast()
}

// Gradient returns the gradient of the last step, after clipping, a vector in
// the layout of [nn.Params.Data] that the next step overwrites, or nil where they
// are frozen.
func (t *Trainer) Gradient() []float32 { return t.grad }

// PuzzleGradient returns the last step's gradients of the rows' puzzle
// embeddings [B, ndim].
func (t *Trainer) PuzzleGradient() []float32 { return t.batch.dPuzzles }

// EMA returns the averaged weights, a vector in the layout of
// [nn.Params.Data], or nil without averaging or with frozen weights.
func (t *Trainer) EMA() []float32 { return t.opt.ema }

// Batch is the persistent batch between two steps.
type Batch struct {
	Carry  nn.Carry // of all rows
	Steps  []int32  // supervision steps on each row's puzzle
	Halted []bool   // rows that the next step replaces
}

// Batch returns the persistent batch, shared with the trainer.
func (t *Trainer) Batch() Batch {
	return Batch{Carry: t.batch.carry, Steps: t.batch.steps, Halted: t.batch.halted}
}
