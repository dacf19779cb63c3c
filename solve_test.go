package reread_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
)

// optionCase is a way to think.
type optionCase struct {
	name string
	o    reread.Options
}

// optionCases are of one line of thought, which may stop early.
var optionCases = []optionCase{
	{"published", reread.Options{}},
	{"halting", reread.Options{Steps: 7, Halt: true}},
	{"surer", reread.Options{Steps: 7, Halt: true, HaltMargin: 0.5}},
	{"rules", reread.Options{Accept: pickyRule}},
	{"both", reread.Options{Steps: 5, Halt: true, Accept: pickyRule}},
	{"one step", reread.Options{Steps: 1}},
}

// Solve and Stream give the answers of a plain loop, in order, whatever the
// number of goroutines and whichever puzzles are done early.
func TestSolve(t *testing.T) {
	for name, m := range models(t) {
		for _, c := range optionCases {
			t.Run(name+"/"+c.name, func(t *testing.T) { requireByHand(t, m, puzzles(37), c.o, 0, 1, 3, 50) })
		}
	}
}

// requireByHand answers puzzles with so many goroutines.
func requireByHand(t *testing.T, m *nn.Model, ps []reread.Puzzle, o reread.Options, workers ...int) {
	t.Helper()
	requireAnswers(t, m, ps, byHand, o, workers...)
}

// slowWay answers a puzzle in a slow and obvious way.
type slowWay func(t *testing.T, m *nn.Model, p reread.Puzzle, o reread.Options) reread.Answer

// requireAnswers answers puzzles with so many goroutines, as the slow way does.
func requireAnswers(t *testing.T, m *nn.Model, ps []reread.Puzzle, slow slowWay, o reread.Options, workers ...int) {
	t.Helper()
	var want []reread.Answer
	for _, p := range ps {
		want = append(want, slow(t, m, p, o))
	}
	for _, o.Workers = range workers {
		given := clonePuzzles(ps)
		got, err := reread.Solve(t.Context(), m, given, &o)
		require.NoError(t, err)
		require.Equal(t, want, got, "%d workers", o.Workers)
		require.Equal(t, ps, given, "puzzles are left as they are")

		var streamed []reread.Answer
		for a, err := range reread.Stream(t.Context(), m, slices.Values(ps), &o) {
			require.NoError(t, err)
			streamed = append(streamed, a)
		}
		require.Equal(t, want, streamed, "%d workers", o.Workers)
	}
}

// The cases above do stop early, at different steps.
func TestOptionsMatter(t *testing.T) {
	ps := puzzles(37)
	for name, m := range models(t) {
		for _, c := range optionCases[1:5] {
			answers, err := reread.Solve(t.Context(), m, ps, &c.o)
			require.NoError(t, err)
			steps := map[int]int{}
			for _, a := range answers {
				steps[a.Steps]++
			}
			require.Greater(t, len(steps), 1, "%s, %s: %v", name, c.name, steps)
		}
	}
}

// A nil pointer and the zero options are the published evaluation.
func TestZeroOptions(t *testing.T) {
	ps := puzzles(5)
	for _, m := range models(t) {
		a, err := reread.Solve(t.Context(), m, ps, nil)
		require.NoError(t, err)
		b, err := reread.Solve(t.Context(), m, ps, &reread.Options{})
		require.NoError(t, err)
		require.Equal(t, a, b)
		for _, x := range a {
			require.Equal(t, m.Arch().HaltMaxSteps, x.Steps)
		}
	}
}

func TestSolveNothing(t *testing.T) {
	m := models(t)["trm"]
	answers, err := reread.Solve(t.Context(), m, nil, nil)
	require.NoError(t, err)
	require.Empty(t, answers)
	for range reread.Stream(t.Context(), m, slices.Values([]reread.Puzzle(nil)), nil) {
		require.Fail(t, "no puzzle, no answer")
	}
}

// Errors name the puzzle, counted from 0, and come instead of answers.
func TestSolveErrors(t *testing.T) {
	m := models(t)["trm"]
	for _, c := range []struct {
		name  string
		spoil func(p *reread.Puzzle)
		says  string
	}{
		{"cells", func(p *reread.Puzzle) { p.Tokens = p.Tokens[:3] }, "reread: puzzle 11: nn: 3 cells, want 16"},
		{"token", func(p *reread.Puzzle) { p.Tokens[4] = 5 }, "reread: puzzle 11: nn: token 5 in cell 4, want 0 to 4"},
		{"identifier", func(p *reread.Puzzle) { p.ID = -1 }, "reread: puzzle 11: nn: puzzle identifier -1"},
	} {
		for _, workers := range []int{1, 3} {
			ps := puzzles(30)
			c.spoil(&ps[11])
			answers, err := reread.Solve(t.Context(), m, ps, &reread.Options{Workers: workers})
			require.ErrorContains(t, err, c.says)
			require.Nil(t, answers)

			n := 0
			for _, err := range reread.Stream(t.Context(), m, slices.Values(ps), &reread.Options{Workers: workers}) {
				n++
				if err != nil {
					require.ErrorContains(t, err, c.says)
					continue
				}
				require.LessOrEqual(t, n, 11, "no answer behind the broken puzzle")
			}
			require.LessOrEqual(t, n, 12)
		}
	}
	for _, o := range []reread.Options{{Steps: -1}, {Workers: -1}, {Workers: 1 << 20}} {
		_, err := reread.Solve(t.Context(), m, puzzles(1), &o)
		require.ErrorContains(t, err, "reread: ")
		for _, err := range reread.Stream(t.Context(), m, slices.Values(puzzles(1)), &o) {
			require.ErrorContains(t, err, "reread: ")
		}
		for _, err := range reread.Think(t.Context(), m, puzzles(1)[0], &o) {
			require.ErrorContains(t, err, "reread: ")
		}
	}
}

// endless repeats puzzles for ever and counts those it gave.
func endless(given *atomic.Int64) iter.Seq[reread.Puzzle] {
	ps := puzzles(100)
	return func(yield func(reread.Puzzle) bool) {
		for i := 0; ; i++ {
			given.Add(1)
			if !yield(ps[i%len(ps)]) {
				return
			}
		}
	}
}

// requireNoGoroutines waits for those of the test to end.
func requireNoGoroutines(t *testing.T, before int) {
	t.Helper()
	for start := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		require.Less(t, time.Since(start), 5*time.Second, "goroutines are left")
	}
}

// Cancelling ends an endless stream within a step of each worker, whatever
// puzzles are still to be had, and leaves no goroutine behind.
func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	m := models(t)["trm"]
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		var given, seen, atCancel atomic.Int64
		accept := func(reread.Puzzle, []int32) bool {
			if seen.Add(1) == 100 {
				cancel()
				atCancel.Store(seen.Load()) // others may have gone on before it
			}
			return false
		}
		var last error
		for _, err := range reread.Stream(ctx, m, endless(&given), &reread.Options{Steps: 1000, Workers: workers, Accept: accept}) {
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
		require.LessOrEqual(t, seen.Load(), atCancel.Load()+int64(workers*m.GroupSize()), "each worker ends after its step")

		n := seen.Load()
		_, err := reread.Solve(ctx, m, puzzles(3), &reread.Options{Accept: accept})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, n, seen.Load(), "nothing runs when cancelled before")
	}
	requireNoGoroutines(t, before)
}

// Leaving the loop ends the stream.
func TestLeavingTheStream(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, m := range models(t) {
		var given atomic.Int64
		n := 0
		for _, err := range reread.Stream(t.Context(), m, endless(&given), &reread.Options{Workers: 3}) {
			require.NoError(t, err)
			if n++; n == 20 {
				break
			}
		}
		require.Equal(t, 20, n)
	}
	requireNoGoroutines(t, before)
}

// A stream is not asked for more than is soon needed, even if its first puzzle
// takes longest and the others have to wait for it.
func TestStreamIsFlat(t *testing.T) {
	m := models(t)["trm"]
	first := atomic.Bool{}
	accept := func(p reread.Puzzle, _ []int32) bool { return p.ID != 3 || first.Swap(true) }
	ps := puzzles(10_000)
	for i := range ps {
		ps[i].ID = 0
	}
	ps[0].ID = 3
	most, given := int64(0), atomic.Int64{}
	n := int64(0)
	for _, err := range reread.Stream(t.Context(), m, func(yield func(reread.Puzzle) bool) {
		for _, p := range ps {
			given.Add(1)
			if !yield(p) {
				return
			}
		}
	}, &reread.Options{Steps: 50, Workers: 2, Accept: accept}) {
		require.NoError(t, err)
		most = max(most, given.Load()-n)
		n++
	}
	require.EqualValues(t, len(ps), n)
	require.LessOrEqual(t, most, int64(4*2*m.GroupSize()+2))
}

// A kept solver gives the answers of fresh ones, for any number of puzzles
// after any other, after errors and after cancellation, and allocates little.
func TestSolverIsKept(t *testing.T) {
	ps := puzzles(40)
	for name, m := range models(t) {
		want, err := reread.Solve(t.Context(), m, ps, nil)
		require.NoError(t, err)
		s, err := reread.NewSolver(m, &reread.Options{Workers: 2})
		require.NoError(t, err)
		for _, n := range []int{1, 40, 2, 2, 0, 17, 1} {
			got, err := s.Solve(t.Context(), ps[:n])
			require.NoError(t, err)
			require.Equal(t, want[:n], got, fmt.Sprint(name, n))

			broken := clonePuzzles(ps)
			broken[3].Tokens[0] = 99
			_, err = s.Solve(t.Context(), broken)
			require.ErrorContains(t, err, "puzzle 3")
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = s.Solve(ctx, ps)
			require.ErrorIs(t, err, context.Canceled)
		}
		_, err = s.Solve(t.Context(), ps[:1])
		require.NoError(t, err)
		perCall := testing.AllocsPerRun(5, func() { _, _ = s.Solve(t.Context(), ps[:1]) })
		require.Less(t, perCall, 60.0, name)
		s.Close()
	}
}

// A model that is laid out anew for another precision under a solver's hands
// gives an error, not numbers.
func TestPrecisionChangesUnderneath(t *testing.T) {
	m := models(t)["trm"]
	s, err := reread.NewSolver(m, nil)
	require.NoError(t, err)
	defer s.Close()
	_, err = s.Solve(t.Context(), puzzles(3))
	require.NoError(t, err)
	require.NoError(t, m.Pack(nn.BF16, false))
	_, err = s.Solve(t.Context(), puzzles(3))
	require.ErrorContains(t, err, "the model is laid out for bfloat16 now, the solver is for float32")
}

// A sequence may use its memory again once it has handed a puzzle over.
func TestStreamCopiesPuzzles(t *testing.T) {
	ps := puzzles(60)
	for _, m := range models(t) {
		want, err := reread.Solve(t.Context(), m, ps, nil)
		require.NoError(t, err)
		var got []reread.Answer
		for a, err := range reread.Stream(t.Context(), m, func(yield func(reread.Puzzle) bool) {
			buf := make([]int32, 16)
			for _, p := range ps {
				copy(buf, p.Tokens)
				if !yield(reread.Puzzle{Tokens: buf, ID: p.ID}) {
					return
				}
				clear(buf)
			}
		}, nil) {
			require.NoError(t, err)
			got = append(got, a)
		}
		require.Equal(t, want, got)
	}
}

// A solver does one thing at a time and says so.
func TestSolverIsBusy(t *testing.T) {
	m, ps := models(t)["trm"], puzzles(5)
	s, err := reread.NewSolver(m, nil)
	require.NoError(t, err)
	want := thoughts(t, m, ps[0], nil)
	var got []moment
	for v, err := range s.Think(t.Context(), ps[0]) {
		require.NoError(t, err)
		got = append(got, momentOf(v))
		_, err = s.Solve(t.Context(), ps)
		require.ErrorContains(t, err, "reread: the solver is in use")
		for _, err := range s.Think(t.Context(), ps[1]) {
			require.ErrorContains(t, err, "in use")
		}
	}
	require.Equal(t, want, got)
	for _, err := range s.Stream(t.Context(), slices.Values(ps)) {
		require.NoError(t, err)
		_, err = s.Solve(t.Context(), ps)
		require.ErrorContains(t, err, "in use")
	}
	_, err = s.Solve(t.Context(), ps)
	require.NoError(t, err)

	s.Close()
	s.Close()
	_, err = s.Solve(t.Context(), ps[:1])
	require.ErrorContains(t, err, "reread: the solver is closed")
	for _, err := range s.Think(t.Context(), ps[0]) {
		require.ErrorContains(t, err, "closed")
	}
	_, err = reread.NewSolver(nil, nil)
	require.ErrorContains(t, err, "there is no model")
	for _, err := range reread.Stream(t.Context(), m, nil, nil) {
		require.EqualError(t, err, "reread: there is no sequence of puzzles")
	}
}

// A solver that is closed within a loop, or beside one, ends that first.
func TestSolverIsClosedAtWork(t *testing.T) {
	before := runtime.NumGoroutine()
	m, ps := models(t)["trm"], puzzles(20)
	want, err := reread.Solve(t.Context(), m, ps, nil)
	require.NoError(t, err)
	for _, beside := range []bool{false, true} {
		stop := func(s *reread.Solver) {
			if !beside {
				s.Close()
				return
			}
			var closing sync.WaitGroup
			closing.Go(s.Close)
			closing.Wait()
		}
		s, err := reread.NewSolver(m, &reread.Options{Workers: 2})
		require.NoError(t, err)
		var got []reread.Answer
		for a, err := range s.Stream(t.Context(), slices.Values(ps)) {
			require.NoError(t, err)
			got = append(got, a)
			stop(s)
			_, err = s.Solve(t.Context(), ps)
			require.ErrorContains(t, err, "closed")
		}
		require.Equal(t, want, got)

		s, err = reread.NewSolver(m, &reread.Options{Workers: 2})
		require.NoError(t, err)
		var steps []moment
		for v, err := range s.Think(t.Context(), ps[0]) {
			require.NoError(t, err)
			steps = append(steps, momentOf(v))
			stop(s)
		}
		require.Equal(t, thoughts(t, m, ps[0], nil), steps)
	}
	requireNoGoroutines(t, before)
}

// A panic in the caller's code comes out where the caller can see it, in the
// body of the loop, in the sequence and in the rules, and the solver lives on.
func TestPanicsComeOut(t *testing.T) {
	before := runtime.NumGoroutine()
	m, ps := models(t)["trm"], puzzles(40)
	want, err := reread.Solve(t.Context(), m, ps, nil)
	require.NoError(t, err)
	boom := false
	s, err := reread.NewSolver(m, &reread.Options{Workers: 2, Accept: func(reread.Puzzle, []int32) bool {
		if boom {
			panic("rules")
		}
		return false
	}})
	require.NoError(t, err)
	again := func() {
		boom = false
		got, err := s.Solve(t.Context(), ps)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.PanicsWithValue(t, "body", func() {
		for range s.Stream(t.Context(), slices.Values(ps)) {
			panic("body")
		}
	})
	again()
	require.PanicsWithValue(t, "sequence", func() {
		for range s.Stream(t.Context(), func(yield func(reread.Puzzle) bool) {
			yield(ps[0])
			panic("sequence")
		}) {
		}
	})
	again()
	boom = true
	require.PanicsWithValue(t, "rules", func() { _, _ = s.Solve(t.Context(), ps) })
	again()
	s.Close()

	_, err = reread.Solve(t.Context(), m, ps, &reread.Options{Accept: func(reread.Puzzle, []int32) bool {
		runtime.Goexit()
		return false
	}})
	require.ErrorContains(t, err, "a callback has ended its goroutine")
	requireNoGoroutines(t, before)
}

// A context says why it ended, by its error and by its cause.
func TestCauses(t *testing.T) {
	m, cause := models(t)["trm"], errors.New("the shop closes")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	check := func(err error) {
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)
	}
	_, err := reread.Solve(ctx, m, puzzles(3), nil)
	check(err)
	for _, err := range reread.Think(ctx, m, puzzles(1)[0], nil) {
		check(err)
	}
}
