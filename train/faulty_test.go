package train

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rereadml/reread/nn"
	"github.com/stretchr/testify/require"
)

// TestBadRows: what a feed gives is checked before the model sees it.
func TestBadRows(t *testing.T) {
	broken := errors.New("broken disk")
	for _, c := range []struct {
		name string
		edit func(inputs, labels []int32, id *int32) error
		want string
	}{
		{"negative token", func(in, _ []int32, _ *int32) error { in[3] = -1; return nil }, "token -1 in cell 3"},
		{"large token", func(in, _ []int32, _ *int32) error { in[15] = 6; return nil }, "token 6 in cell 15"},
		{"ignored token", func(in, _ []int32, _ *int32) error { in[0] = none; return nil }, "token -100 in cell 0"},
		{"negative label", func(_, l []int32, _ *int32) error { l[0] = -1; return nil }, "label -1 in cell 0"},
		{"large label", func(_, l []int32, _ *int32) error { l[7] = 6; return nil }, "label 6 in cell 7"},
		{"negative identifier", func(_, _ []int32, id *int32) error { *id = -1; return nil }, "identifier -1"},
		{"large identifier", func(_, _ []int32, id *int32) error { *id = 3; return nil }, "identifier 3"},
		{"error", func(_, _ []int32, _ *int32) error { return broken }, "broken disk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			arch := tinyArch()
			arch.HaltMaxSteps = 1 // every row is replaced at every step
			m := newModel(t, kindMLP, arch)
			good := feedFor(m)
			const bad = 2*5 + 3 // row 3 of the third step
			feed := feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
				id, err := good.At(n, inputs, labels)
				if n == bad {
					err = c.edit(inputs, labels, &id)
				}
				return id, err
			})
			tr := newTrainerOn(t, m, feed, tinyConfig(5, 10), 2)
			steps(t, tr, 2)
			path := saved(t, tr)
			before := fileHash(t, path)
			for range 2 {
				_, err := tr.Step()
				require.ErrorContains(t, err, "step 3: position 13 of the feed: ")
				require.ErrorContains(t, err, c.want)
				if c.want == broken.Error() {
					require.ErrorIs(t, err, broken)
				}
				require.ErrorContains(t, tr.SaveCheckpoint(path), "train: save checkpoint: a step is half done: ")
				require.Equal(t, before, fileHash(t, path))
			}

			tr.feed = good // which is well again
			steps(t, tr, 2)
			whole := newTrainerOn(t, newModel(t, kindMLP, arch), good, tinyConfig(5, 10), 1)
			steps(t, whole, 4)
			require.Equal(t, fileHash(t, saved(t, whole)), fileHash(t, saved(t, tr)))
		})
	}
}

// TestClosed: what is left to do with a trainer that is closed is an error.
func TestClosed(t *testing.T) {
	tr := newTrainer(t, newModel(t, kindMLP, tinyArch()), tinyConfig(5, 10), 2)
	steps(t, tr, 1)
	path := saved(t, tr)
	tr.Close()
	tr.Close()
	_, err := tr.Step()
	for _, err := range []error{err, tr.Run(t.Context(), RunOptions{}), tr.SaveCheckpoint(path), tr.LoadCheckpoint(path)} {
		require.EqualError(t, err, "train: the trainer is closed")
	}
}

// faulty goes wrong at will. It takes the place of a trainer's worker.
type faulty struct {
	nn.Worker
	afterStep     func(g *nn.Group)
	afterBackward func(grad []float32)
}

func (f *faulty) StepTrain(g *nn.Group) error {
	if err := f.Worker.StepTrain(g); err != nil {
		return err
	}
	f.afterStep(g)
	return nil
}

func (f *faulty) Backward(g *nn.Group, grad []float32) error {
	if err := f.Worker.Backward(g, grad); err != nil {
		return err
	}
	f.afterBackward(grad)
	return nil
}

var (
	nan32 = float32(math.NaN())
	inf32 = float32(math.Inf(1))
)

// TestNonFinite breaks a run at its fourth step, after a checkpoint at the
// third.
func TestNonFinite(t *testing.T) {
	first := func(m *nn.Model, grad []float32, name string, x float32) {
		for _, p := range m.Params().All() {
			if p.Name == name {
				p.In(grad)[0] = x
			}
		}
	}
	for _, c := range []struct {
		name, kind    string
		afterStep     func(g *nn.Group)
		afterBackward func(m *nn.Model, grad []float32)
		want          string
	}{
		// One row's data is marked by its identifier, which no other has.
		{"logit", kindMLP, func(g *nn.Group) { g.Answer().Logits[0] = nan32 }, nil, "loss of row 2 is NaN"},
		{"infinite logit", kindMLP, func(g *nn.Group) { g.Answer().Logits[0] = inf32 }, nil, "loss of row 2 is NaN"},
		{"q_halt", kindMLP, func(g *nn.Group) { g.Answer().Q[0] = nan32 }, nil, "loss of row 2 is NaN"},
		{"infinite q_halt", kindMLP, func(g *nn.Group) { g.Answer().Q[0] = inf32 }, nil, "loss of row 2 is "},
		{"q_continue", kindHRM, func(g *nn.Group) { g.Answer().Q[1] = nan32 }, nil, "loss of row 2 is NaN"},
		{"gradient", kindMLP, nil, func(m *nn.Model, g []float32) { first(m, g, "lm_head.weight", nan32) }, "gradient of lm_head.weight is not finite"},
		{"infinite gradient", kindHRM, nil, func(m *nn.Model, g []float32) { first(m, g, "q_head.bias", -inf32) }, "gradient of q_head.bias is not finite"},
	} {
		t.Run(c.name, func(t *testing.T) {
			arch := tinyArch()
			arch.HaltMaxSteps = 1 << 10
			m := newModel(t, c.kind, arch)
			copy(param(m, "q_head.bias"), []float32{-100, 100}) // nothing halts
			feed := feedFunc(func(n uint64, inputs, labels []int32) (int32, error) {
				clear(inputs)
				clear(labels)
				if n%5 == 2 {
					return 1, nil
				}
				return 0, nil
			})
			tr := newTrainerOn(t, m, feed, tinyConfig(5, 10), 2)
			path := filepath.Join(t.TempDir(), "run.safetensors")
			ctx, cancel := context.WithCancel(context.Background())
			err := tr.Run(ctx, RunOptions{Checkpoint: path, OnStep: func(r *Report) error {
				if r.Step == 3 {
					cancel()
				}
				return nil
			}})
			require.ErrorIs(t, err, context.Canceled)
			before, err := os.ReadFile(path)
			require.NoError(t, err)

			for _, w := range tr.workers {
				w.net = &faulty{
					Worker: w.net,
					afterStep: func(g *nn.Group) {
						if c.afterStep != nil && g.PuzzleIDs[0] == 1 {
							c.afterStep(g)
						}
					},
					afterBackward: func(grad []float32) {
						if c.afterBackward != nil {
							c.afterBackward(m, grad)
						}
					},
				}
			}
			err = tr.Run(context.Background(), RunOptions{Checkpoint: path, SaveEvery: 1})
			require.ErrorContains(t, err, "train: step 4: ")
			require.ErrorContains(t, err, c.want)
			_, again := tr.Step()
			for _, err := range []error{again, tr.SaveCheckpoint(path), tr.LoadCheckpoint(path)} {
				require.ErrorContains(t, err, "train: an error before leaves nothing to go on from: train: step 4: ")
			}
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, before, after)

			resumed := newTrainerOn(t, newModel(t, c.kind, arch), feed, tinyConfig(5, 10), 1)
			require.NoError(t, resumed.LoadCheckpoint(path))
			require.Equal(t, uint64(3), resumed.StepsDone())
			steps(t, resumed, 1)
		})
	}
}
