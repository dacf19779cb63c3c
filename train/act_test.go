package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/stretchr/testify/require"
)

// actTrainer returns a trainer for a batch of one row, with one worker.
func actTrainer(t *testing.T, kind string, maxSteps int, explore float64) (*Trainer, *worker) {
	t.Helper()
	arch := tinyArch()
	arch.HaltMaxSteps, arch.HaltExplorationProb = maxSteps, explore
	tr := newTrainer(t, newModel(t, kind, arch), tinyConfig(1, 1<<40), 1)
	return tr, tr.workers[0]
}

func TestHalts(t *testing.T) {
	for _, c := range []struct {
		kind             string
		most, done       int
		qHalt, qContinue float32
		want             bool
	}{
		{kindMLP, 4, 1, -1, 0, false},
		{kindMLP, 4, 1, 0, -1, false}, // the comparison is strict
		{kindMLP, 4, 1, 1e-6, 0, true},
		{kindMLP, 4, 1, 1, 2, true}, // q_continue says nothing in TRM
		{kindMLP, 4, 3, -1, 0, false},
		{kindMLP, 4, 4, -1, 0, true},
		{kindMLP, 4, 5, -1, 0, true},
		{kindMLP, 1, 1, -1, 0, true},
		{kindMLP, 4, 1, float32(math.NaN()), 0, false},
		{kindHRM, 4, 1, -1, -2, true}, // the sign of q_halt says nothing in HRM
		{kindHRM, 4, 1, 1, 2, false},
		{kindHRM, 4, 1, 1, 1, false},
		{kindHRM, 4, 4, 1, 2, true},
		{kindHRM, 1, 1, 1, 2, true},
	} {
		t.Run(fmt.Sprintf("%s/%d of %d/%g %g", c.kind, c.done, c.most, c.qHalt, c.qContinue), func(t *testing.T) {
			tr, w := actTrainer(t, c.kind, c.most, 0)
			tr.batch.steps[0] = int32(c.done)
			require.Equal(t, c.want, w.halts(0, c.done >= c.most, []float32{c.qHalt, c.qContinue}))
		})
	}
}

// TestExploration counts how often a row that wants to halt may: always at the
// last step, before with the chance that no minimum was drawn or that it has
// been reached.
func TestExploration(t *testing.T) {
	const draws = 20000
	for _, c := range []struct {
		most    int
		explore float64
	}{{6, 0.1}, {6, 1}, {16, 0.5}, {2, 0.5}, {4, 0}} {
		tr, w := actTrainer(t, kindMLP, c.most, c.explore)
		for done := 1; done <= c.most; done++ {
			t.Run(fmt.Sprintf("probability %g/%d of %d", c.explore, done, c.most), func(t *testing.T) {
				halted := 0
				tr.batch.steps[0] = int32(done)
				for i := range draws {
					tr.step = uint64(done*draws + i) // which decides the draw
					if w.halts(0, done >= c.most, []float32{1, 0}) {
						halted++
					}
				}
				// The minimum is above done in most - done of most - 1 cases.
				p := 1 - c.explore*float64(c.most-max(done, 1))/float64(c.most-1)
				require.InDelta(t, p, float64(halted)/draws, 4.5*math.Sqrt(p*(1-p)/draws))
			})
		}
	}
}

// TestExplorationRowsAreIndependent compares how often two neighbours, in the
// batch or in time, are both held back with the square of how often one is.
func TestExplorationRowsAreIndependent(t *testing.T) {
	const draws = 20000
	arch := tinyArch()
	arch.HaltExplorationProb = 0.3
	tr := newTrainer(t, newModel(t, kindMLP, arch), tinyConfig(2, 1<<40), 1)
	w := tr.workers[0]
	tr.batch.steps[0], tr.batch.steps[1] = 1, 1
	held := func(step uint64, row int) bool {
		tr.step = step
		return !w.halts(row, false, []float32{1, 0})
	}
	var row, time int
	for i := range uint64(draws) {
		if held(i, 0) && held(i, 1) {
			row++
		}
		if held(i, 0) && held(i+1, 0) {
			time++
		}
	}
	const p = 0.3 * 0.3
	for _, n := range []int{row, time} {
		require.InDelta(t, p, float64(n)/draws, 4.5*math.Sqrt(p*(1-p)/draws))
	}
}

// recorder is a feed that notes the positions it was asked for.
type recorder struct {
	Feed
	asked []uint64
}

func (r *recorder) At(n uint64, inputs, labels []int32) (int32, error) {
	r.asked = append(r.asked, n)
	return r.Feed.At(n, inputs, labels)
}

// TestBatchPersists follows a batch through steps with the model run by hand
// beside it, one row at a time: halted rows are replaced by the same slot of
// the feed and start over, the others go on where the model left them.
func TestBatchPersists(t *testing.T) {
	for _, kind := range allKinds() {
		t.Run(kind, func(t *testing.T) {
			const size = 7
			m := newModel(t, kind, tinyArch())
			feed := &recorder{Feed: feedFor(m)}
			tr := newTrainerOn(t, m, feed, tinyConfig(size, 1000), 2)
			hand := newByHand(m, size)
			loaded, kept := 0, 0
			for step := range uint64(12) {
				var want []uint64
				for i, halted := range slices.Clone(tr.Batch().Halted) {
					if halted {
						n := step*size + uint64(i)
						want = append(want, n)
						hand.load(t, feed.Feed, n, i)
					} else {
						kept++
					}
				}
				loaded += len(want)
				hand.step(t)
				feed.asked = nil
				steps(t, tr, 1)
				require.Equal(t, want, feed.asked)
				hand.requireEqual(t, tr.batch)
			}
			require.Greater(t, loaded, 3*size/2, "some rows must halt for this to be a test")
			require.Greater(t, kept, size)
		})
	}
}

// byHand is a batch whose rows go through the model one at a time.
type byHand struct {
	m *nn.Model
	w nn.Worker
	b *batch
	g *nn.Group
}

func newByHand(m *nn.Model, size int) *byHand {
	return &byHand{m: m, w: m.NewWorker(1, 1), b: newBatch(m, size), g: m.NewGroup(1, false)}
}

func (h *byHand) load(t *testing.T, feed Feed, n uint64, i int) {
	t.Helper()
	var err error
	h.b.ids[i], err = feed.At(n, row(h.b.inputs, i, h.b.seqLen), row(h.b.labels, i, h.b.seqLen))
	require.NoError(t, err)
	h.m.Reset(&h.b.carry, i)
	h.b.steps[i] = 0
}

// step takes every row one supervision step further.
func (h *byHand) step(t *testing.T) {
	t.Helper()
	for i := range h.b.size {
		h.stepRow(t, i)
	}
}

// stepRow takes row i one supervision step further and returns what is read
// out, until the next one.
func (h *byHand) stepRow(t *testing.T, i int) *nn.ReadOut {
	t.Helper()
	h.b.group(h.g, i, i+1)
	require.NoError(t, h.w.Step(h.g))
	h.b.steps[i]++
	return h.g.Answer()
}

func (h *byHand) requireEqual(t *testing.T, b *batch) {
	t.Helper()
	require.Equal(t, h.b.inputs, b.inputs)
	require.Equal(t, h.b.labels, b.labels)
	require.Equal(t, h.b.ids, b.ids)
	require.Equal(t, h.b.steps, b.steps)
	for s, name := range h.m.States() {
		require.True(t, slices.Equal(h.b.carry.State(s), b.carry.State(s)), name)
	}
}
