package train

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/rereadml/reread/nn"
)

// newEachCycle returns a model of a design that belongs to no package: one
// network, one latent state, and a read-out after every cycle. Gradients flow
// through all cycles, and no row goes on against its halting value.
func newEachCycle(t testing.TB, cycles int) *nn.Model {
	t.Helper()
	arch := tinyArch()
	arch.HCycles, arch.HaltExplorationProb = cycles, 0
	d := &nn.Design{Kind: "each-cycle", Config: arch, Arch: arch, States: []string{"z_A"}}
	net := d.AddLevel("A_level", 1, false)
	d.Recursion = func(r *nn.Run) nn.State {
		z := r.State("z_A")
		for range cycles - 1 {
			r.Call(net, z, r.Input())
			r.ReadOut(z)
		}
		r.Call(net, z, r.Input())
		return z
	}
	rng := rand.New(rand.NewPCG(1, 2))
	m, err := nn.New(d, rng)
	require.NoError(t, err)
	copy(param(m, "q_head.weight"), normals(rng, 2*arch.HiddenSize, 0.5))
	clear(param(m, "q_head.bias"))
	return m
}

// small is an objective with a further loss: a share of half the mean square of
// the logits of all read-outs.
type small struct {
	Objective
	share float64
}

func (o small) Score(r *Row) Score {
	s := o.Objective.Score(r)
	for i := range r.Outs {
		out := &r.Outs[i]
		factor := o.share / float64(len(out.Logits)*len(r.Outs))
		for j, x := range out.Logits {
			s.OtherLoss += 0.5 * factor * float64(x) * float64(x)
			out.DLogits[j] += float32(r.Weight * factor * float64(x))
		}
	}
	return s
}

// held is an objective for which one more step is always worth the same, so
// that the loss has no part that is no function of this step's values.
type held struct{ Objective }

func (o held) Score(r *Row) Score {
	r.Next = []float32{0.3, -0.2}
	return o.Objective.Score(r)
}

// TestObjectiveGradients takes the gradient of a whole step from a trainer and
// compares it with differences of the trainer's loss. All of a step is to be
// differentiated: there is one cycle, or no constant between cycles.
func TestObjectiveGradients(t *testing.T) {
	oneCycle := func(kind, loss string) *nn.Model {
		arch := tinyArch()
		arch.HCycles, arch.LossType = 1, loss
		if kind == kindHRM {
			arch.LCycles = 1
		}
		return newModel(t, kind, arch)
	}
	published := func(m *nn.Model) Objective { return PublishedObjective(m) }
	further := func(m *nn.Model) Objective { return small{PublishedObjective(m), 0.7} }
	for name, c := range map[string]struct {
		m         *nn.Model
		objective func(m *nn.Model) Objective
	}{
		"stablemax":                   {oneCycle(kindGroups, nn.LossStablemax), published},
		"softmax, further loss":       {oneCycle(kindMLP, nn.LossSoftmax), further},
		"q_continue":                  {oneCycle(kindHRM, nn.LossStablemax), func(m *nn.Model) Objective { return held{PublishedObjective(m)} }},
		"three read-outs":             {newEachCycle(t, 3), published},
		"two read-outs, further loss": {newEachCycle(t, 2), further},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newGroupTrainer(t, c.m, feedFor(c.m), c.objective(c.m))
			grad := gradientOf(t, tr)
			for _, p := range c.m.Params().All() {
				checkGradient(t, p.Name, lossOf(t, tr), p.Value.Data(), p.In(grad))
			}
		})
	}
}

// newGroupTrainer returns a trainer on three rows that takes two of them through
// the model together.
func newGroupTrainer(t *testing.T, m *nn.Model, feed Feed, objective Objective) *Trainer {
	t.Helper()
	tr := newTrainerWith(t, m, feed, tinyConfig(3, 10), Options{Workers: 1, Objective: objective})
	tr.groupSize = 2
	w, err := newWorker(tr)
	require.NoError(t, err)
	tr.workers[0] = w
	require.NoError(t, tr.loadRows())
	return tr
}

// gradientOf takes the whole batch through its first supervision step once more
// and returns the gradient, which is the caller's.
func gradientOf(t *testing.T, tr *Trainer) []float32 {
	t.Helper()
	for i := range tr.batch.size {
		tr.model.Reset(&tr.batch.carry, i)
		tr.batch.steps[i], tr.batch.halted[i] = 0, false
	}
	tr.shards[0] = Metrics{}
	require.NoError(t, tr.workers[0].shard(0, tr.batch.size, &tr.shards[0]))
	return slices.Clone(tr.workers[0].grad)
}

// lossOf returns the loss of that step as a function of the model's weights.
func lossOf(t *testing.T, tr *Trainer) func() float64 {
	return func() float64 {
		require.NoError(t, tr.model.Pack(nn.FP32, true))
		gradientOf(t, tr)
		return tr.shards[0].Loss() / float64(tr.batch.size)
	}
}

// newOwnTrainer trains a model of several read-outs on a further loss.
func newOwnTrainer(t *testing.T, workers int) (*Trainer, Feed) {
	t.Helper()
	m, cfg := newEachCycle(t, 3), tinyConfig(8, 200)
	cfg.LR, cfg.ClipNorm = 5e-3, 0
	feed := fourPuzzles{feedFor(m)}
	return newTrainerWith(t, m, feed, cfg, Options{workers, small{PublishedObjective(m), 0.01}}), feed
}

// TestObjectiveOfYourOwn: the model learns, the run reports the further loss,
// and one that was stopped and resumed ends with the same bits.
func TestObjectiveOfYourOwn(t *testing.T) {
	tr, feed := newOwnTrainer(t, 2)
	size, half := float64(tr.cfg.BatchSize), tr.cfg.Steps/2
	stop := errors.New("half way")
	err := tr.Run(t.Context(), RunOptions{OnStep: func(r *Report) error {
		require.Positive(t, r.Metrics.OtherLoss)
		require.Contains(t, r.Values(), Value{"train/other_loss", r.Metrics.OtherLoss / size})
		if r.Step == half {
			return stop
		}
		return nil
	}})
	require.ErrorIs(t, err, stop)
	resumed, _ := newOwnTrainer(t, 1)
	require.NoError(t, resumed.LoadCheckpoint(saved(t, tr)))
	require.Equal(t, half, resumed.StepsDone())
	require.NoError(t, tr.Run(t.Context(), RunOptions{}))
	require.NoError(t, resumed.Run(t.Context(), RunOptions{}))
	require.Equal(t, fileHash(t, saved(t, tr)), fileHash(t, saved(t, resumed)))
	require.NoError(t, tr.WithEMA(func() error {
		require.Equal(t, 4, solved(t, tr.model, feed, 4))
		return nil
	}))
}

func TestObjectiveOfYourOwnOnAnyWorkers(t *testing.T) {
	want := ""
	for _, workers := range []int{1, 2, 3, 5} {
		tr, _ := newOwnTrainer(t, workers)
		steps(t, tr, 6)
		got := fileHash(t, saved(t, tr))
		if want == "" {
			want = got
		}
		require.Equal(t, want, got, "%d workers", workers)
	}
}

// TestFurtherLossActs: a large share of it makes the logits small.
func TestFurtherLossActs(t *testing.T) {
	size := func(share float64) float64 {
		m := newEachCycle(t, 2)
		tr := newTrainerWith(t, m, feedFor(m), tinyConfig(4, 100), Options{2, small{PublishedObjective(m), share}})
		steps(t, tr, 60)
		var squares []float64
		for _, x := range answers(t, m) {
			squares = append(squares, float64(x)*float64(x))
		}
		return stat.Mean(squares, nil)
	}
	require.Less(t, size(100), size(0)/2)
}

// scored is an objective that a test writes in place.
type scored func(r *Row) Score

func (f scored) Score(r *Row) Score { return f(r) }

// TestScoresAreSummed: metrics hold the losses of the rows as the objective
// gives them, and the loss that of its definition.
func TestScoresAreSummed(t *testing.T) {
	m := newModel(t, kindHRM, tinyArch())
	tr := newTrainerWith(t, m, feedFor(m), tinyConfig(5, 10), Options{2, scored(func(*Row) Score { return Score{1, 2, 4, 8} })})
	got, err := tr.Step()
	require.NoError(t, err)
	require.Equal(t, []float64{5, 10, 20, 40}, []float64{got.LMLoss, got.QHaltLoss, got.QContinueLoss, got.OtherLoss})
	require.Equal(t, 5*(1+3+8.), got.Loss())
}

// TestBadScores: what an objective gives is not used if it is no number.
func TestBadScores(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(r *Row, s *Score)
		want string
	}{
		{"loss", func(_ *Row, s *Score) { s.OtherLoss = math.NaN() }, "step 1: loss of row 3 is NaN"},
		{"infinite loss", func(_ *Row, s *Score) { s.OtherLoss = math.Inf(1) }, "step 1: loss of row 3 is +Inf"},
		{"gradient", func(r *Row, _ *Score) { r.Outs[0].DLogits[0] = nan32 }, "step 1: gradient of"},
		{"halting gradient", func(r *Row, _ *Score) { r.Outs[1].DQ[1] = inf32 }, "step 1: gradient of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newEachCycle(t, 2)
			before := slices.Clone(m.Params().Data())
			feed := feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
				_, err := feedFor(m).At(n, inputs, labels)
				return int32(n / 3 % 2), err // which marks row 3
			})
			o := scored(func(r *Row) Score {
				s := PublishedObjective(m).Score(r)
				if r.PuzzleID == 1 {
					c.edit(r, &s)
				}
				return s
			})
			_, err := newTrainerWith(t, m, feed, tinyConfig(4, 10), Options{2, o}).Step()
			require.ErrorContains(t, err, c.want)
			require.Equal(t, before, m.Params().Data())
		})
	}
}

// TestObjectiveSeesRows follows a batch with the model run by hand beside it:
// every row is scored once a step, with its own data and read-outs.
func TestObjectiveSeesRows(t *testing.T) {
	for _, kind := range allKinds() {
		t.Run(kind, func(t *testing.T) {
			const size = 7
			m := newModel(t, kind, tinyArch())
			var seen witness
			seen.Objective = PublishedObjective(m)
			tr := newTrainerWith(t, m, feedFor(m), tinyConfig(size, 1000), Options{2, &seen})
			hand, look := newByHand(m, size), newByHand(m, size)
			lasts := 0
			for step := range uint64(8) {
				for i, halted := range tr.Batch().Halted {
					if halted {
						hand.load(t, feedFor(m), step*size+uint64(i), i)
					}
				}
				var want []Row
				for i := range size {
					r := rowByHand(t, hand, look, i)
					lasts += int(indicator(r.Last))
					want = append(want, r)
				}
				seen.rows = nil
				steps(t, tr, 1)
				require.ElementsMatch(t, want, seen.rows)
			}
			require.Positive(t, lasts, "some rows must come to their last step for this to be a test")
		})
	}
}

// witness keeps copies of the rows that an objective is shown.
type witness struct {
	Objective
	mu   sync.Mutex
	rows []Row
}

func (w *witness) Score(r *Row) Score {
	c := *r
	c.Inputs, c.Labels, c.Next, c.Outs = slices.Clone(r.Inputs), slices.Clone(r.Labels), slices.Clone(r.Next), nil
	for _, o := range r.Outs {
		c.Outs = append(c.Outs, nn.ReadOut{Logits: slices.Clone(o.Logits), Q: slices.Clone(o.Q)})
	}
	w.mu.Lock()
	w.rows = append(w.rows, c)
	w.mu.Unlock()
	return w.Objective.Score(r)
}

// rowByHand takes row i a step further, and with Q-learning a copy of it in
// look one more, and returns what an objective is to see.
func rowByHand(t *testing.T, hand, look *byHand, i int) Row {
	t.Helper()
	b, out := hand.b, hand.stepRow(t, i)
	done := int(b.steps[i])
	r := Row{
		Inputs: slices.Clone(row(b.inputs, i, b.seqLen)), Labels: slices.Clone(row(b.labels, i, b.seqLen)), PuzzleID: b.ids[i],
		Step: done, Last: done == hand.m.Arch().HaltMaxSteps, Weight: 1 / float64(b.size),
		Outs: []nn.ReadOut{{Logits: slices.Clone(out.Logits), Q: slices.Clone(out.Q)}},
	}
	if hand.m.QLearning() {
		copy(row(look.b.inputs, i, b.seqLen), r.Inputs)
		look.b.ids[i] = r.PuzzleID
		for z := range hand.m.States() {
			size := len(b.carry.State(z)) / b.size
			copy(row(look.b.carry.State(z), i, size), row(b.carry.State(z), i, size))
		}
		r.Next = slices.Clone(look.stepRow(t, i).Q)
	}
	return r
}

// TestLastReadOutDecides: of several read-outs the last is the answer, by which
// rows halt and are counted.
func TestLastReadOutDecides(t *testing.T) {
	const size = 9
	m := newEachCycle(t, 3)
	tr := newTrainer(t, m, tinyConfig(size, 100), 2)
	hand := newByHand(m, size)
	early := 0
	for step := range uint64(10) {
		var want Metrics
		var halted []bool
		for i, load := range tr.Batch().Halted {
			if load {
				hand.load(t, feedFor(m), step*size+uint64(i), i)
			}
			out := hand.stepRow(t, i)
			last := int(hand.b.steps[i]) == m.Arch().HaltMaxSteps
			halted = append(halted, last || out.Q[0] > 0)
			if halted[i] {
				want.Count++
				want.Accuracy += accuracy(out.Logits, row(hand.b.labels, i, hand.b.seqLen))
				want.Steps += float64(hand.b.steps[i])
			}
			early += int(indicator(halted[i] && !last))
		}
		got, err := tr.Step()
		require.NoError(t, err)
		require.Equal(t, halted, tr.Batch().Halted)
		require.InDeltaSlice(t, []float64{want.Count, want.Accuracy, want.Steps}, []float64{got.Count, got.Accuracy, got.Steps}, 1e-12)
	}
	require.Positive(t, early, "some rows must halt by themselves for this to be a test")
}

// accuracy is the share of labelled cells that are right.
func accuracy(logits []float32, labels []int32) float64 {
	labelled := 0
	for _, l := range labels {
		labelled += int(indicator(l != none))
	}
	return 1 - float64(wrongCells(logits, labels))/float64(labelled)
}

func unlabelled(labels []int32) bool {
	return !slices.ContainsFunc(labels, func(l int32) bool { return l != none })
}

// slowScore is the published objective from its formulas, of logits and halting
// values in one vector each: cells times tokens and the two of each read-out.
func slowScore(softmax bool, r *Row, logits, q [][]float64) (lm, halt, goOn float64) {
	entropy := func(p, target float64) float64 { return -target*math.Log(p) - (1-target)*math.Log(1-p) }
	for i, x := range logits {
		exact := 1.0
		if wrongCells(narrow(x), r.Labels) > 0 || unlabelled(r.Labels) {
			exact = 0
		}
		lm += referenceLoss(softmax, narrow(x), r.Labels)
		halt += entropy(logistic(q[i][0]), exact)
		if r.Next == nil {
			continue
		}
		worth := float64(r.Next[0])
		if !r.Last && r.Next[1] > r.Next[0] {
			worth = float64(r.Next[1])
		}
		goOn += entropy(logistic(q[i][1]), logistic(worth))
	}
	n := float64(len(logits))
	return lm / n, halt / n, goOn / n
}

// TestPublishedObjective holds losses and gradients of random rows against the
// formulas and their differences.
func TestPublishedObjective(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	right := 0
	for _, softmax := range []bool{false, true} {
		for outs := 1; outs <= 3; outs++ {
			for try := range 12 {
				r := randomRow(rng, outs, try)
				t.Run(fmt.Sprintf("softmax=%v/%d read-outs/%d", softmax, outs, try), func(t *testing.T) {
					got := published{CrossEntropy{softmax}}.Score(r)
					var logits, q [][]float64
					for _, o := range r.Outs {
						logits, q = append(logits, wide(o.Logits)), append(q, wide(o.Q))
						if wrongCells(o.Logits, r.Labels) == 0 && !unlabelled(r.Labels) {
							right++
						}
					}
					lm, halt, goOn := slowScore(softmax, r, logits, q)
					require.InDelta(t, lm, got.LMLoss, 1e-12)
					require.InDelta(t, halt, got.QHaltLoss, 1e-10)
					require.InDelta(t, goOn, got.QContinueLoss, 1e-10)
					require.Zero(t, got.OtherLoss)
					for i, o := range r.Outs {
						loss := func() float64 {
							lm, halt, goOn := slowScore(softmax, r, logits, q)
							return r.Weight * (lm + (halt+goOn)/2)
						}
						requireGradient(t, loss, logits[i], o.DLogits)
						requireGradient(t, loss, q[i], o.DQ)
					}
				})
			}
		}
	}
	require.Positive(t, right, "some answers must be right for this to be a test")
}

// randomRow returns a row of four cells and three tokens, some of them with
// right answers, without one label or any, with Q-learning and at their last step.
// Gradients hold numbers that are to be overwritten.
func randomRow(rng *rand.Rand, outs, try int) *Row {
	const cells, vocab = 4, 3
	r := &Row{Weight: 0.3, Step: 1, Last: try%3 == 1}
	for range cells {
		r.Labels = append(r.Labels, int32(rng.IntN(vocab)))
	}
	if try%4 == 1 {
		r.Labels[rng.IntN(cells)] = none
	}
	if try >= 10 {
		r.Labels = slices.Repeat([]int32{none}, cells)
	}
	if try%2 == 1 {
		r.Next = normals(rng, 2, 2)
	}
	for range outs {
		o := nn.ReadOut{
			Logits: awayFromZero(rng, cells*vocab), Q: awayFromZero(rng, 2),
			DLogits: normals(rng, cells*vocab, 1), DQ: normals(rng, 2, 1),
		}
		for c, l := range r.Labels {
			if try%3 == 0 && l != none {
				o.Logits[c*vocab+int(l)] = 8
			}
		}
		r.Outs = append(r.Outs, o)
	}
	return r
}

// requireGradient compares a gradient with differences of a function of x.
func requireGradient(t *testing.T, f func() float64, x []float64, got []float32) {
	t.Helper()
	at := slices.Clone(x)
	found := fd.Gradient(nil, func(y []float64) float64 {
		copy(x, y)
		return f()
	}, at, fivePoint(lossStep))
	copy(x, at)
	require.LessOrEqual(t, floats.Distance(found, wide(got), 2), lossTolerance*max(floats.Norm(found, 2), 1e-2))
}

// A row that an objective passes over leaves no gradient, and none of another
// row, on any number of workers.
func TestObjectiveMayPassRowsOver(t *testing.T) {
	var first []float32
	for _, workers := range []int{1, 2, 5} {
		m := newModel(t, kindMLP, tinyArch())
		published := PublishedObjective(m)
		tr := newTrainerWith(t, m, feedFor(m), tinyConfig(9, 20), Options{Workers: workers, Objective: scored(func(r *Row) Score {
			for _, o := range r.Outs {
				for _, d := range [][]float32{o.DLogits, o.DQ} {
					if !slices.Equal(d, make([]float32, len(d))) {
						return Score{LMLoss: math.NaN()}
					}
				}
			}
			if r.Inputs[0]%2 == 0 {
				return Score{}
			}
			return published.Score(r)
		})})
		steps(t, tr, 5)
		if first == nil {
			first = slices.Clone(tr.Gradient())
		}
		require.Equal(t, first, tr.Gradient(), workers)
	}
}

// Names and what stands for them are the same run.
func TestDefaultsByName(t *testing.T) {
	m := newModel(t, kindMLP, tinyArch())
	cfg := tinyConfig(4, 20)
	cfg.Precision, cfg.Optimizer = "", ""
	tr := newTrainer(t, m, cfg, 1)
	steps(t, tr, 2)
	path := saved(t, tr)
	cfg.Precision, cfg.Optimizer = nn.FP32, AdamATan2
	named := newTrainer(t, newModel(t, kindMLP, tinyArch()), cfg, 1)
	require.NoError(t, named.LoadCheckpoint(path))
	cfg.Optimizer = AdamW
	other := newTrainer(t, newModel(t, kindMLP, tinyArch()), cfg, 1)
	require.ErrorIs(t, other.LoadCheckpoint(path), ErrDifferentRun)
}
