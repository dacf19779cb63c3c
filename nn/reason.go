package nn

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Halts reports whether a model's halting values say that the answer is right:
// q_halt > 0 in TRM, q_halt > q_continue in HRM.
func Halts(m Model, qHalt, qContinue float32) bool {
	if m.QLearning() {
		return qHalt > qContinue
	}
	return qHalt > 0
}

// GroupSize is how many puzzles a worker takes through the network together.
// Some 128 rows are enough for the matrix products to run at speed, and their
// activations stay in the second-level cache. Weights that no cache holds, as
// those of HRM, are read from memory for every group, so they call for more.
func GroupSize(m Model) int {
	rows, length := max(128, len(m.Params().Data())/80_000), m.Spec().Positions()
	return min(max((rows+length/2)/length, 1), 8)
}

// Loader writes the tokens of puzzle i and returns its puzzle identifier.
// Loaders are called from several goroutines.
type Loader func(i int, inputs []int32) (id int32, err error)

// Visitor sees puzzle i after supervision step step, counted from 1: its
// logits [S, V] and halting values, valid during the call. It returns whether
// the puzzle is done. Visitors are called from several goroutines, for one
// puzzle in order of its steps.
type Visitor func(i, step int, logits []float32, qHalt, qContinue float32) (done bool)

// Reason takes puzzles 0..n-1 through up to steps supervision steps each, from
// the initial state, on the given number of goroutines; 0 means one for each
// processor that Go may use. Where there are fewer puzzles, several goroutines
// share one. What a puzzle's answer is does not depend on the
// others. A puzzle that is done makes room for others at once.
func Reason(ctx context.Context, m Model, n, steps, workers int, load Loader, visit Visitor) error {
	if steps < 1 {
		return fmt.Errorf("nn: %d supervision steps, want at least 1", steps)
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if n == 0 {
		return ctx.Err()
	}
	team := max(workers/n, 1) // goroutines for one group
	workers = min(workers, n)
	size := min(GroupSize(m), max(n/workers, 1))
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() {
			r := newReasoner(m, size, team)
			defer r.w.Close()
			errs[w] = r.run(ctx, n, steps, &next, load, visit)
			if errs[w] != nil {
				next.Store(int64(n)) // the others need not go on
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// reasoner is one goroutine of Reason: a group whose puzzles come and go.
type reasoner struct {
	m      Model
	w      Team
	g      Group
	state  int   // numbers in one puzzle's z_H or z_L
	puzzle []int // which puzzle each row holds
	step   []int // supervision steps done on it
}

func newReasoner(m Model, size, team int) *reasoner {
	a := m.Spec()
	r := &reasoner{m: m, w: m.NewTeam(size, team), state: a.Positions() * a.HiddenSize, puzzle: make([]int, size), step: make([]int, size)}
	r.g = Group{
		Inputs: make([]int32, size*a.SeqLen), PuzzleIDs: make([]int32, size),
		ZL:     make([]float32, size*r.state),
		Logits: make([]float32, size*a.SeqLen*a.VocabSize), Q: make([]float32, size*2),
	}
	if !m.SingleLatent() {
		r.g.ZH = make([]float32, size*r.state)
	}
	return r
}

func (r *reasoner) run(ctx context.Context, n, steps int, next *atomic.Int64, load Loader, visit Visitor) error {
	live := 0
	for {
		for live < len(r.puzzle) {
			i := int(next.Add(1)) - 1
			if i >= n {
				break
			}
			if err := r.load(live, i, load); err != nil {
				return err
			}
			live++
		}
		if live == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r.stepAll(live)
		live = r.visitAll(live, steps, visit)
	}
}

// load puts puzzle i into a row.
func (r *reasoner) load(row, i int, load Loader) error {
	s := r.m.Spec().SeqLen
	inputs := r.g.Inputs[row*s : (row+1)*s]
	id, err := load(i, inputs)
	if err == nil {
		err = CheckRow(r.m, inputs, nil, id)
	}
	if err != nil {
		return fmt.Errorf("puzzle %d: %w", i+1, err)
	}
	r.g.PuzzleIDs[row], r.puzzle[row], r.step[row] = id, i, 0
	r.m.InitCarry(r.rowZH(row), r.rowZL(row))
	return nil
}

func (r *reasoner) rowZL(row int) []float32 { return r.g.ZL[row*r.state : (row+1)*r.state] }

func (r *reasoner) rowZH(row int) []float32 {
	if r.g.ZH == nil {
		return nil
	}
	return r.g.ZH[row*r.state : (row+1)*r.state]
}

func (r *reasoner) stepAll(live int) {
	g := r.g
	g.N = live
	g.ZL = g.ZL[:live*r.state]
	if g.ZH != nil {
		g.ZH = g.ZH[:live*r.state]
	}
	r.w.Step(&g)
}

// visitAll shows every row's answer and closes the gaps of those that are
// done. It returns how many rows are left.
func (r *reasoner) visitAll(live, steps int, visit Visitor) int {
	a := r.m.Spec()
	size, kept := a.SeqLen*a.VocabSize, 0
	for row := range live {
		r.step[row]++
		done := visit(r.puzzle[row], r.step[row], r.g.Logits[row*size:(row+1)*size], r.g.Q[2*row], r.g.Q[2*row+1])
		if done || r.step[row] >= steps {
			continue
		}
		if kept != row {
			r.move(kept, row)
		}
		kept++
	}
	return kept
}

func (r *reasoner) move(dst, src int) {
	s := r.m.Spec().SeqLen
	copy(r.g.Inputs[dst*s:(dst+1)*s], r.g.Inputs[src*s:])
	copy(r.rowZL(dst), r.rowZL(src))
	copy(r.rowZH(dst), r.rowZH(src))
	r.g.PuzzleIDs[dst], r.puzzle[dst], r.step[dst] = r.g.PuzzleIDs[src], r.puzzle[src], r.step[src]
}
