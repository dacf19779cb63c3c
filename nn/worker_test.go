package nn_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// seen is one update that an observer was shown.
type seen struct {
	state        string
	z, logits, q []float32
}

func observer(to *[]seen) func(*nn.Update) bool {
	return func(u *nn.Update) bool {
		*to = append(*to, seen{u.State, slices.Clone(u.Z), slices.Clone(u.Out.Logits), slices.Clone(u.Out.Q)})
		return true
	}
}

// chain is a recursion that ends after so many updates, with the state updated
// last as its answer.
func chain(updates int) func(r *nn.Run, net nn.Level) nn.State {
	return func(r *nn.Run, net nn.Level) nn.State {
		a, b := r.State("z_A"), r.State("z_B")
		last := a
		for i := range updates {
			if last = a; i%3 == 2 {
				last = b
			}
			r.Call(net, last, r.Sum(r.Input(), b))
		}
		return last
	}
}

// An observer is shown every update in order, and what a model whose step ends
// there answers.
func TestObserve(t *testing.T) {
	const updates = 5
	build := func(n int) *nn.Model {
		m, err := nn.New(design(chain(n)), newRNG())
		require.NoError(t, err)
		return m
	}
	eachPrecision(t, build(updates), "chain", func(t *testing.T, m *nn.Model) {
		var got []seen
		w := m.NewWorker(3, 1)
		w.Observe(observer(&got))
		require.NoError(t, w.Step(newGroup(m, 0, 1)))
		require.Len(t, got, updates)
		for i, u := range got {
			short := build(i + 1)
			require.NoError(t, short.Pack(m.Precision(), false))
			g := newGroup(short, 0, 1)
			require.NoError(t, short.NewWorker(2, 1).Step(g))
			state := i % 3 / 2
			require.Equal(t, seen{m.States()[state], g.Carry.State(state), g.Answer().Logits, g.Answer().Q}, u, "update %d", i)
		}
	})
}

func TestObserveShowsEveryUpdate(t *testing.T) {
	for _, c := range []struct {
		variant int
		cycle   []string
	}{
		{0, []string{"z_L", "z_L", "z_H"}},
		{3, []string{"z_L", "z_L", "z_L"}},
		{6, []string{"z_L", "z_L", "z_H"}},
		{len(families) - 1, []string{"z_1", "z_2", "z_1", "z_2", "z_3"}},
	} {
		m := newModel(t, families[c.variant], asIs)
		var got []seen
		w := newTrainingWorker(t, m, 1)
		w.Observe(observer(&got))
		require.NoError(t, w.StepTrain(newGroup(m, 0)))
		var order []string
		for _, u := range got {
			order = append(order, u.state)
		}
		require.Equal(t, slices.Repeat(c.cycle, m.Arch().HCycles), order)
	}
}

// To look on changes nothing, in training neither.
func TestObservedWorkersGiveTheSameBits(t *testing.T) {
	for _, v := range families {
		eachPrecision(t, newModel(t, v, asIs), v.name, func(t *testing.T, m *nn.Model) {
			for _, goroutines := range []int{1, 3} {
				alone, watched := newGroup(m, 0, 1), newGroup(m, 0, 1)
				w, count := m.NewWorker(2, goroutines), 0
				for range 2 {
					w.Observe(nil)
					require.NoError(t, w.Step(alone))
					before := count
					w.Observe(func(*nn.Update) bool { count++; return true })
					require.NoError(t, w.Step(watched))
					require.Greater(t, count, before)
					for i := range alone.N {
						require.Equal(t, answerOf(m, alone, i), answerOf(m, watched, i))
					}
				}
				w.Close()
			}
			if m.Precision() == nn.INT8 {
				return
			}
			plain := newSupervision(t, m, newGroup(m, 0, 1))
			watched := newSupervision(t, m, newGroup(m, 0, 1))
			watched.w.Observe(func(*nn.Update) bool { return true })
			want, _ := plain.gradients(t)
			got, _ := watched.gradients(t)
			require.Equal(t, want, got)
		})
	}
}

func TestWorkerErrors(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	inference, trainer, grad := m.NewWorker(2, 1), newTrainingWorker(t, m, 2), m.Params().NewVector()
	good := newGroup(m, 0, 1)
	require.ErrorContains(t, inference.StepTrain(good), "the worker is for inference only")
	require.ErrorContains(t, inference.Backward(good, grad), "the worker is for inference only")

	single := newModel(t, variants[3], asIs)
	wider := newModel(t, variants[0], func(a *nn.Arch) { a.HiddenSize = 24 })
	steps := newModel(t, families[len(families)-1], asIs)
	negative := newGroup(m, 0)
	negative.N = -1
	short := newGroup(m, 0)
	short.N = 2
	bare := newGroup(m, 0)
	bare.Outs = nil
	for _, c := range []struct {
		name string
		g    *nn.Group
		says string
	}{
		{"too many puzzles", newGroup(m, 0, 1, 2), "3 puzzles, the worker has room for 2"},
		{"fewer than none", negative, "-1 puzzles"},
		{"one state less", newGroup(single, 0), "the group is of another model"},
		{"more channels", newGroup(wider, 0), "the group is of another model"},
		{"more states and read-outs", newGroup(steps, 0), "the group is of another model"},
		{"fewer rows of the carry", short, "the group is of another model"},
		{"no read-out", bare, "the group is of another model"},
		{"nothing", &nn.Group{}, "the group is of another model"},
	} {
		for what, err := range map[string]error{
			"Step": inference.Step(c.g), "Step of a trainer": trainer.Step(c.g), "StepTrain": trainer.StepTrain(c.g), "Backward": trainer.Backward(c.g, grad),
		} {
			require.ErrorContains(t, err, c.says, "%s: %s", c.name, what)
		}
	}
	require.NoError(t, trainer.StepTrain(good))
	require.NoError(t, trainer.Backward(good, grad))
}

func TestEmptyGroups(t *testing.T) {
	for _, v := range families {
		m := newModel(t, v, asIs)
		for _, w := range []nn.Worker{m.NewWorker(2, 1), m.NewWorker(2, 2), newTrainingWorker(t, m, 2)} {
			require.NoError(t, w.Step(newGroup(m)), v.name)
			w.Close()
		}
		w, g, grad := newTrainingWorker(t, m, 2), newGroup(m), m.Params().NewVector()
		require.NoError(t, w.StepTrain(g), v.name)
		require.NoError(t, w.Backward(g, grad), v.name)
		require.Equal(t, m.Params().NewVector(), grad, v.name)
	}
}

// A carry can be looked at, cut and copied by rows.
func TestCarry(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	a := m.Arch()
	size := a.Positions() * a.HiddenSize
	c := m.NewCarry(3)
	for i, init := range [][]float32{m.State()[0].Value.Data(), m.State()[1].Value.Data()} {
		require.Equal(t, slices.Repeat(init, 3*a.Positions()), c.State(i), "the same vector at every position")
		for j := range c.State(i) {
			c.State(i)[j] = float32(j)
		}
	}
	var view nn.Carry
	view.View(&c, 1, 3)
	require.Equal(t, 2, view.N)
	require.Equal(t, c.State(1)[size:], view.State(1))
	view.View(&c, 1, 2)
	require.Zero(t, testing.AllocsPerRun(3, func() { view.View(&c, 1, 2) }))
	view.State(0)[0] = -1
	require.Equal(t, float32(-1), c.State(0)[size], "shared")
	require.Equal(t, size, cap(view.State(0)), "a view ends with its rows")

	other, fresh := m.NewCarry(2), m.NewCarry(1)
	other.Copy(1, &c, 2)
	for i := range m.States() {
		require.Equal(t, fresh.State(i), other.State(i)[:size])
		require.Equal(t, c.State(i)[2*size:], other.State(i)[size:])
	}
	m.Reset(&c, 1)
	for i := range m.States() {
		require.Equal(t, fresh.State(i), c.State(i)[size:2*size])
		require.Equal(t, float32(2*size), c.State(i)[2*size], "the next row is left alone")
	}
}

// An observer can end a step, which then leaves carry and answer alone.
func TestObserverEndsTheStep(t *testing.T) {
	m, err := nn.New(design(chain(5)), newRNG())
	require.NoError(t, err)
	w, g := m.NewWorker(2, 1), newGroup(m, 0, 1)
	before, count := copyGroup(m, g), 0
	w.Observe(func(*nn.Update) bool { count++; return count < 3 })
	require.NoError(t, w.Step(g))
	require.Equal(t, 3, count)
	require.Equal(t, before, g)
	w.Observe(nil)
	require.NoError(t, w.Step(g))
	require.NotEqual(t, before, g)
}

// Groups that do not fit are errors, and leave the worker as it was.
func TestWorkerRefuses(t *testing.T) {
	m := newModel(t, families[0], asIs)
	w, err := m.NewTrainingWorker(3)
	require.NoError(t, err)
	grad := m.Params().NewVector()
	for _, c := range []struct {
		name  string
		spoil func(g *nn.Group)
		says  string
	}{
		{"token", func(g *nn.Group) { g.Inputs[17] = 5 }, "row 1: nn: token 5 in cell 1"},
		{"identifier", func(g *nn.Group) { g.PuzzleIDs[1] = -1 }, "row 1: nn: puzzle identifier -1"},
		{"inputs", func(g *nn.Group) { g.Inputs = g.Inputs[:20] }, "another model"},
		{"identifiers", func(g *nn.Group) { g.PuzzleIDs = nil }, "another model"},
		{"logits", func(g *nn.Group) { g.Outs[0].Logits = g.Outs[0].Logits[1:] }, "another model"},
		{"halting values", func(g *nn.Group) { g.Outs[0].Q = nil }, "another model"},
		{"rows", func(g *nn.Group) { g.N = 4 }, "4 puzzles, the worker has room for 3"},
		{"carry", func(g *nn.Group) { g.Carry.N = 1 }, "another model"},
	} {
		g := newGroup(m, 0, 1)
		c.spoil(g)
		require.ErrorContains(t, w.StepTrain(g), c.says, c.name)
		require.ErrorContains(t, w.Backward(g, grad), c.says, c.name)
	}
	g := newGroup(m, 0, 1)
	require.ErrorContains(t, w.Backward(g, grad), "the last training step was of another group")
	require.NoError(t, w.StepTrain(g))
	require.ErrorContains(t, w.Backward(newGroup(m, 0, 1), grad), "of another group")
	require.ErrorContains(t, w.Backward(g, grad[1:]), "another model")
	outs := g.Outs
	g.Outs = []nn.ReadOut{{Logits: outs[0].Logits, Q: outs[0].Q}}
	require.ErrorContains(t, w.Backward(g, grad), "no room for gradients")
	g.Outs = outs
	require.NoError(t, w.Backward(g, grad))
	require.ErrorContains(t, w.Backward(g, grad), "taken back already")
}

// Laying weights out anew waits for steps under way: a worker either runs at
// the precision it was made for or says that it cannot.
func TestPackBesideSteps(t *testing.T) {
	m := newModel(t, families[0], asIs)
	require.NoError(t, m.Pack(nn.FP32, false))
	w, g := m.NewWorker(2, 1), newGroup(m, 0, 1)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = m.Pack([]nn.Precision{nn.BF16, nn.FP32, nn.FP32}[i%3], false)
			}
		}
	}()
	for range 200 {
		if err := w.Step(g); err != nil {
			require.ErrorContains(t, err, "laid out for bfloat16")
		}
	}
	close(stop)
	<-done
}
