package nn_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread/nn"
)

// log is what a visitor saw of each puzzle, by step.
type log struct {
	mu    sync.Mutex
	steps map[int][]seen
}

type seen struct {
	step             int
	logits           []float32
	qHalt, qContinue float32
}

// visit is a visitor that keeps everything and is done when the rule says so.
func (l *log) visit(done func(i, step int) bool) nn.Visitor {
	l.steps = map[int][]seen{}
	return func(i, step int, logits []float32, qHalt, qContinue float32) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.steps[i] = append(l.steps[i], seen{step, slices.Clone(logits), qHalt, qContinue})
		return done(i, step)
	}
}

func never(int, int) bool { return false }

func loader(m nn.Model) nn.Loader {
	return func(i int, inputs []int32) (int32, error) {
		cells, id := puzzle(m.Spec(), i)
		copy(inputs, cells)
		return id, nil
	}
}

// byHand takes each puzzle through its steps alone.
func byHand(m nn.Model, n, steps int, done func(i, step int) bool) map[int][]seen {
	out := map[int][]seen{}
	w := m.NewWorker(1, false)
	for i := range n {
		g := newGroup(m, i)
		for step := 1; step <= steps; step++ {
			w.Step(g)
			out[i] = append(out[i], seen{step, slices.Clone(g.Logits), g.Q[0], g.Q[1]})
			if done(i, step) {
				break
			}
		}
	}
	return out
}

// scattered ends puzzles at all times, in all rows of a group.
func scattered(i, step int) bool { return i*7%5+1 <= step }

// Reason gives the answers of a plain loop, whatever the number of goroutines
// and whichever puzzles are done early, and shows them in order.
func TestReason(t *testing.T) {
	const n, steps = 21, 4
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			m := newModel(t, v, func(a *nn.Arch) { a.HCycles = 1 })
			for name, done := range map[string]func(i, step int) bool{
				"never": never, "scattered": scattered, "at once": func(int, int) bool { return true },
			} {
				want := byHand(m, n, steps, done)
				for _, workers := range []int{0, 1, 3} {
					var l log
					require.NoError(t, nn.Reason(t.Context(), m, n, steps, workers, loader(m), l.visit(done)))
					require.Equal(t, want, l.steps, "done %s, %d workers", name, workers)
				}
			}
		})
	}
}

// Fewer puzzles than goroutines, and one that is all.
func TestReasonFewPuzzles(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	for n := range 4 {
		var l log
		require.NoError(t, nn.Reason(t.Context(), m, n, 2, 3, loader(m), l.visit(never)))
		require.Equal(t, byHand(m, n, 2, never), l.steps)
	}
}

// One goroutine takes up puzzles in order, and the next as soon as one is done:
// all rows of its group are in use while puzzles are left.
func TestReasonKeepsGroupsFull(t *testing.T) {
	const n, steps = 30, 3
	m := newModel(t, variants[0], asIs)
	size := nn.GroupSize(m)
	var loaded []int
	load := func(i int, inputs []int32) (int32, error) {
		loaded = append(loaded, i)
		return loader(m)(i, inputs)
	}
	ended, open := 0, 0 // puzzles, and the most at one time
	visit := func(i, step int, _ []float32, _, _ float32) bool {
		open = max(open, len(loaded)-ended)
		done := scattered(i, step)
		if done || step == steps {
			ended++
		}
		return done
	}
	require.NoError(t, nn.Reason(t.Context(), m, n, steps, 1, load, visit))
	require.Len(t, loaded, n)
	require.True(t, slices.IsSorted(loaded))
	require.Equal(t, n, ended)
	require.Equal(t, size, open)
}

func TestReasonRejectsNoSteps(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	for _, steps := range []int{0, -1} {
		require.ErrorContains(t, nn.Reason(t.Context(), m, 1, steps, 1, loader(m), new(log).visit(never)), "supervision steps, want at least 1")
	}
}

func TestReasonLoaderErrors(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	broken := errors.New("broken disk")
	for _, c := range []struct {
		name string
		fail func(inputs []int32) (int32, error)
		says string
	}{
		{"error", func([]int32) (int32, error) { return 0, broken }, "puzzle 12: broken disk"},
		{"bad token", func(in []int32) (int32, error) { in[3] = 99; return 0, nil }, "puzzle 12: nn: token 99 in cell 3"},
		{"bad identifier", func([]int32) (int32, error) { return 4, nil }, "puzzle 12: nn: puzzle identifier 4"},
	} {
		for _, workers := range []int{1, 3} {
			t.Run(c.name, func(t *testing.T) {
				load := func(i int, inputs []int32) (int32, error) {
					id, err := loader(m)(i, inputs)
					if i == 11 {
						return c.fail(inputs)
					}
					return id, err
				}
				err := nn.Reason(t.Context(), m, 1000, 1, workers, load, func(int, int, []float32, float32, float32) bool { return true })
				require.ErrorContains(t, err, c.says)
				if c.name == "error" {
					require.ErrorIs(t, err, broken)
				}
			})
		}
	}
}

func TestReasonStopsWhenCancelled(t *testing.T) {
	m := newModel(t, variants[0], asIs)
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		var visits atomic.Int64
		visit := func(int, int, []float32, float32, float32) bool {
			if visits.Add(1) == 5 {
				cancel()
			}
			return false
		}
		err := nn.Reason(ctx, m, 1_000_000, 1000, workers, loader(m), visit)
		require.ErrorIs(t, err, context.Canceled)
		require.Less(t, visits.Load(), int64(5+8*workers+8), "each goroutine ends after its step")

		visits.Store(100)
		require.ErrorIs(t, nn.Reason(ctx, m, 10, 2, workers, loader(m), visit), context.Canceled)
		require.EqualValues(t, 100, visits.Load(), "nothing runs when cancelled before")
	}
}

func TestHalts(t *testing.T) {
	trm, hrm := newModel(t, variants[0], asIs), newModel(t, variants[6], asIs)
	for _, c := range []struct {
		qHalt, qContinue float32
		trm, hrm         bool
	}{
		{1, 0, true, true}, {1, 2, true, false}, {-1, -2, false, true}, {-2, -1, false, false},
		{0, -1, false, true}, {0, 0, false, false}, {3, 3, true, false},
	} {
		require.Equal(t, c.trm, nn.Halts(trm, c.qHalt, c.qContinue), c)
		require.Equal(t, c.hrm, nn.Halts(hrm, c.qHalt, c.qContinue), c)
	}
}

func TestGroupSize(t *testing.T) {
	for _, c := range []struct{ cells, d, want int }{
		{81, 96, 2}, {100, 96, 1}, {900, 96, 1}, {16, 48, 8},
		{81, 960, 3}, // 22 million weights
	} {
		m := newModel(t, variants[0], func(a *nn.Arch) {
			a.SeqLen, a.HiddenSize, a.LLayers, a.PuzzleEmbNDim, a.Expansion = c.cells, c.d, 2, 0, 4
		})
		require.Equal(t, c.want, nn.GroupSize(m), c)
	}
}
