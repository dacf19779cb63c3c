package modeltest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor"
	"github.com/rereadml/reread/train"
)

// Tolerance is the normalised error, |got - want| / |want| over a whole
// tensor, that a float32 pass in another order of summation stays within.
const Tolerance = 1e-4

// laterTolerance holds after the first optimiser step, whose arc tangent and
// sign magnify differences of gradients that are nearly zero, and after a
// second supervision step, the recursion having amplified what the first one
// left: two orders of summation are an order of magnitude further apart there.
const laterTolerance = 1e-3

// bf16Tolerance is how far the answers and states of a pass in bfloat16, of eight
// bits, are from those of another one that rounds at the same places but adds in
// another order.
const bf16Tolerance = 0.02

// checker compares tensors of one folder and notes which it has seen, so that
// no reference value goes unused.
type checker struct {
	t    *testing.T
	f    *Folder
	used map[string]bool
	tol  float64
}

// Check holds a model against the folder's trace.
func Check(t *testing.T, f *Folder, m *nn.Model) {
	if f.Weights == nil && testing.Short() {
		t.Skip("a full-size model takes long without SIMD or under emulation")
	}
	if err := f.load(m); err != nil {
		t.Fatal(err)
	}
	c := &checker{t: t, f: f, used: map[string]bool{}, tol: Tolerance}
	switch {
	case f.Precision == nn.BF16:
		c.checkRounded(m)
		return
	case f.Weights == nil:
		c.checkForward(m)
	default:
		c.checkTraining(m)
	}
	for _, name := range f.Trace.Names() {
		if !c.used[name] {
			t.Errorf("reference value %s was not compared with anything", name)
		}
	}
}

func (c *checker) read(name string) []float64 {
	c.t.Helper()
	info, ok := c.f.Trace.Info(name)
	if !ok {
		c.t.Fatalf("reference value %s is missing", name)
	}
	c.used[name] = true
	n, err := tensor.Size(info.Shape)
	if err != nil {
		c.t.Fatal(err)
	}
	out := make([]float64, n)
	if strings.HasPrefix(string(info.DType), "F") {
		err = c.f.Trace.ReadFloat64(name, out)
	} else {
		ints := make([]int64, n)
		err = c.f.Trace.ReadInt64(name, ints)
		for i, v := range ints {
			out[i] = float64(v)
		}
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c *checker) ints(name string) []int32 {
	c.t.Helper()
	var out []int32
	for _, v := range c.read(name) {
		out = append(out, int32(v))
	}
	return out
}

func (c *checker) near(name string, got []float32, tol float64) {
	c.t.Helper()
	c.compare(name, wide(got), c.read(name), tol)
}

// optional compares a value that only some models have.
func (c *checker) optional(name string, got []float32) {
	c.t.Helper()
	if _, ok := c.f.Trace.Info(name); ok {
		c.near(name, got, c.tol)
	}
}

func (c *checker) number(name string, got float64) {
	c.t.Helper()
	c.compare(name, []float64{got}, c.read(name), c.tol)
}

func (c *checker) compare(name string, got, want []float64, tol float64) {
	c.t.Helper()
	if len(got) != len(want) {
		c.t.Errorf("%s: %d numbers, want %d", name, len(got), len(want))
		return
	}
	if e := normalisedError(got, want); !(e <= tol) {
		c.t.Errorf("%s: normalised error %.3g, want at most %g", name, e, tol)
	}
}

// normalisedError is |got - want| / |want|. Against a zero reference only zero
// is right.
func normalisedError(got, want []float64) float64 {
	diff := floats.Distance(got, want, 2)
	if diff == 0 {
		return 0
	}
	return diff / floats.Norm(want, 2)
}

// rms is the root mean square.
func rms(x []float32) float64 {
	return floats.Norm(wide(x), 2) / math.Sqrt(float64(len(x)))
}

func wide[T float32 | int32](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// reasoner runs a model by hand on one group that is the whole batch.
type reasoner struct {
	m      *nn.Model
	arch   nn.Arch
	w      nn.Worker
	g      *nn.Group
	steps  []int32
	halted []bool
}

func newReasoner(m *nn.Model, n int) *reasoner {
	return &reasoner{
		m: m, arch: m.Arch(), w: m.NewWorker(n, 1), g: m.NewGroup(n, false),
		steps: make([]int32, n), halted: slices.Repeat([]bool{true}, n),
	}
}

// load replaces halted rows by those of an offered batch.
func (r *reasoner) load(inputs, ids []int32) {
	cells := r.arch.SeqLen
	for i := range r.halted {
		if !r.halted[i] {
			continue
		}
		copy(r.g.Inputs[i*cells:(i+1)*cells], inputs[i*cells:])
		r.g.PuzzleIDs[i] = ids[i]
		r.m.Reset(&r.g.Carry, i)
		r.steps[i] = 0
	}
}

// step runs one supervision step.
func (c *checker) step(r *reasoner, g *nn.Group) {
	c.t.Helper()
	if err := r.w.Step(g); err != nil {
		c.t.Fatal(err)
	}
}

// column returns q_halt (0) or q_continue (1) of every row.
func (r *reasoner) column(j int) []float32 {
	var out []float32
	for q := r.g.Answer().Q; j < len(q); j += 2 {
		out = append(out, q[j])
	}
	return out
}

func (c *checker) logits(prefix string, r *reasoner) {
	c.t.Helper()
	c.near(prefix+"logits", r.g.Answer().Logits, c.tol)
	// The halting head has two outputs, which share their rounding errors; one
	// of them may happen to be nearly zero.
	got := append(wide(r.column(0)), wide(r.column(1))...)
	want := append(c.read(prefix+"q_halt_logits"), c.read(prefix+"q_continue_logits")...)
	c.compare(prefix+"q_halt_logits and q_continue_logits", got, want, c.tol)
}

// checkForward is for the folders of full-size models: two steps of
// evaluation.
func (c *checker) checkForward(m *nn.Model) {
	a := m.Arch()
	inputs := c.ints("inputs")
	n := len(inputs) / a.SeqLen
	r := newReasoner(m, n)
	r.load(inputs, make([]int32, n))
	for step := 0; c.has(fmt.Sprintf("step%d.logits", step)); step++ {
		prefix := fmt.Sprintf("step%d.", step)
		c.step(r, r.g)
		if step > 0 {
			c.tol = laterTolerance
		}
		c.logits(prefix, r)
		zH := r.g.Carry.State(slices.Index(m.States(), "z_H"))
		var head []float32
		for i, v := range zH {
			if i%a.HiddenSize < 4 {
				head = append(head, v)
			}
		}
		c.near(prefix+"z_H_head", head, c.tol)
		c.number(prefix+"z_H_rms", rms(zH))
	}
}

func (c *checker) has(name string) bool {
	_, ok := c.f.Trace.Info(name)
	return ok
}

// offered is the stream of the trace's batches: position n is row n mod B of
// batch n / B.
type offered struct {
	c      *checker
	seqLen int
	cache  map[string][]int32
}

func (o *offered) ints(name string) []int32 {
	if o.cache[name] == nil {
		o.cache[name] = o.c.ints(name)
	}
	return o.cache[name]
}

func (o *offered) At(n uint64, inputs, labels []int32) (int32, error) {
	size := uint64(o.c.f.Run.Batch)
	prefix, i := fmt.Sprintf("batch%d.", n/size), int(n%size)
	copy(inputs, o.ints(prefix + "inputs")[i*o.seqLen:])
	copy(labels, o.ints(prefix + "labels")[i*o.seqLen:])
	return o.ints(prefix + "puzzle_identifiers")[i], nil
}

func (c *checker) trainConfig() train.Config {
	o := c.f.Run.Optim
	return train.Config{
		BatchSize: c.f.Run.Batch, Steps: o.TotalSteps, LR: o.LR, LRMinRatio: o.LRMinRatio, WarmupSteps: o.Warmup,
		WeightDecay: o.WeightDecay, Beta1: o.Beta1, Beta2: o.Beta2,
		PuzzleLR: o.PuzzleLR, PuzzleWeightDecay: o.PuzzleWeightDecay, EMARate: o.EMARate,
		Precision: c.f.Precision,
	}
}

// checkRounded holds the first step and its gradients against a reference in
// bfloat16. Later steps magnify differences in rounding beyond comparison.
func (c *checker) checkRounded(m *nn.Model) {
	c.tol = bf16Tolerance
	feed := &offered{c: c, seqLen: m.Arch().SeqLen, cache: map[string][]int32{}}
	tr, err := train.New(m, feed, c.trainConfig(), train.Options{Workers: 2})
	if err != nil {
		c.t.Fatal(err)
	}
	defer tr.Close()
	r := newReasoner(m, c.f.Run.Batch)
	r.load(feed.ints("batch0.inputs"), feed.ints("batch0.puzzle_identifiers"))
	c.step(r, r.g)
	c.logits("step0.", r)
	if _, err := tr.Step(); err != nil {
		c.t.Fatal(err)
	}
	c.carry("step0.", tr.Batch(), r)
	c.roundedGradients(m, feed)
}

// checkTraining takes a trainer through the trace's steps, with the model run
// by hand beside it for what a trainer does not show.
func (c *checker) checkTraining(m *nn.Model) {
	feed := &offered{c: c, seqLen: m.Arch().SeqLen, cache: map[string][]int32{}}
	tr, err := train.New(m, feed, c.trainConfig(), train.Options{Workers: 2})
	if err != nil {
		c.t.Fatal(err)
	}
	defer tr.Close()
	r := newReasoner(m, c.f.Run.Batch)
	for step := range c.f.Run.Steps {
		if step > 0 {
			c.tol = laterTolerance
		}
		prefix := fmt.Sprintf("step%d.", step)
		batch := fmt.Sprintf("batch%d.", step)
		r.load(feed.ints(batch+"inputs"), feed.ints(batch+"puzzle_identifiers"))
		feed.ints(batch + "labels")
		c.step(r, r.g)
		c.logits(prefix, r)
		c.predictions(prefix, r)
		c.lookAhead(prefix, r)

		metrics, err := tr.Step()
		if err != nil {
			c.t.Fatal(err)
		}
		c.metrics(prefix, &metrics)
		c.carry(prefix, tr.Batch(), r)
		if step == 0 {
			c.gradients(m, tr)
		}
	}
	c.final(m, tr)
}

// predictions compares the answers. Where the reference's answer is within the
// tolerance of ours, the logits are a tie that rounding decides.
func (c *checker) predictions(prefix string, r *reasoner) {
	c.t.Helper()
	if !c.has(prefix + "preds") {
		return
	}
	vocab, logits := r.arch.VocabSize, r.g.Answer().Logits
	slack := float32(3 * c.tol * rms(logits))
	for i, want := range c.ints(prefix + "preds") {
		cell := logits[i*vocab : (i+1)*vocab]
		if got := nn.ArgMax(cell); cell[got]-cell[want] > slack {
			c.t.Errorf("%spreds: cell %d is %d, want %d", prefix, i, got, want)
		}
	}
}

// lookAhead compares the targets of Q-learning, from one more step.
func (c *checker) lookAhead(prefix string, r *reasoner) {
	c.t.Helper()
	if !r.m.QLearning() {
		return
	}
	next := r.m.NewGroup(r.g.N, false)
	next.Inputs, next.PuzzleIDs = r.g.Inputs, r.g.PuzzleIDs
	for i := range next.N {
		next.Carry.Copy(i, &r.g.Carry, i)
	}
	c.step(r, next)
	target := make([]float32, next.N)
	for i := range target {
		q := float64(next.Answer().Q[2*i])
		if int(r.steps[i])+1 < r.arch.HaltMaxSteps {
			q = max(q, float64(next.Answer().Q[2*i+1]))
		}
		target[i] = float32(train.Sigmoid(q))
	}
	c.near(prefix+"target_q_continue", target, c.tol)
}

func (c *checker) metrics(prefix string, m *train.Metrics) {
	c.t.Helper()
	c.number(prefix+"loss_sum", m.Loss())
	prefix += "metric."
	c.number(prefix+"lm_loss", m.LMLoss)
	c.number(prefix+"q_halt_loss", m.QHaltLoss)
	if c.has(prefix + "q_continue_loss") {
		c.number(prefix+"q_continue_loss", m.QContinueLoss)
	}
	c.number(prefix+"count", m.Count)
	c.number(prefix+"accuracy", m.Accuracy)
	c.number(prefix+"exact_accuracy", m.ExactAccuracy)
	c.number(prefix+"q_halt_accuracy", m.QHaltAccuracy)
	c.number(prefix+"steps", m.Steps)
}

// carry compares the trainer's carry with the reference, and takes its ACT
// state over to the model run by hand.
func (c *checker) carry(prefix string, b train.Batch, r *reasoner) {
	c.t.Helper()
	for i, name := range r.m.States() {
		c.near(prefix+name, b.Carry.State(i), c.tol)
	}
	c.compare(prefix+"steps", wide(b.Steps), c.read(prefix+"steps"), 0)
	for i, want := range c.read(prefix + "halted") {
		if b.Halted[i] != (want != 0) {
			c.t.Errorf("%shalted: row %d is %v", prefix, i, b.Halted[i])
		}
	}
	copy(r.steps, b.Steps)
	copy(r.halted, b.Halted)
}

const (
	modelPrefix    = "model.inner."
	puzzleGradient = "step0.grad.puzzle_emb_local"
)

func weightGradient(p *nn.Param) string { return "step0.grad." + modelPrefix + p.Name }

func (c *checker) gradients(m *nn.Model, tr *train.Trainer) {
	c.optional(puzzleGradient, tr.PuzzleGradient())
	for _, p := range m.Params().All() {
		c.near(weightGradient(p), p.In(tr.Gradient()), c.tol)
	}
}

func (c *checker) final(m *nn.Model, tr *train.Trainer) {
	for _, s := range m.State() {
		c.near("final."+modelPrefix+s.Name, s.Value.Data(), laterTolerance)
	}
	for _, p := range m.Params().All() {
		c.near("ema."+modelPrefix+p.Name, p.In(tr.EMA()), laterTolerance)
	}
}
