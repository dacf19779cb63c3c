package think

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/nn"
)

// seat is one worker: a group whose puzzles come and go.
type seat struct {
	m     *nn.Model
	net   nn.Worker
	group *nn.Group
	cells int
	view  View

	noise Noise
	pcg   rand.PCG
	rows  []row
}

// row is a puzzle that is being thought about.
type row struct {
	index  int // place in the input
	step   int // supervision steps so far
	line   int // from 1, as rollouts count them
	begun  int // the steps before the line
	digest uint64
	data   any
}

// next is the step to come.
func (r *row) next() Moment { return Moment{r.digest, r.line, r.step - r.begun + 1} }

func newSeat(m *nn.Model, noise Noise, size, team int) *seat {
	return &seat{
		m: m, net: m.NewWorker(size, team), group: m.NewGroup(size, false), cells: m.Arch().SeqLen,
		noise: noise, rows: make([]row, size),
	}
}

// run works on up to rows puzzles at one time until there are no more.
func (s *seat) run(ctx context.Context, rows int, from *supply, visit Visitor) error {
	live := 0
	for {
		if live = s.fill(ctx, live, rows, from); live == 0 {
			return from.err(ctx)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		s.group.N = live
		s.disturb()
		if err := s.net.Step(s.group); err != nil {
			return err
		}
		var err error
		if live, err = s.visitAll(live, from, visit); err != nil {
			return err
		}
	}
}

// disturb adds noise to the states of all puzzles.
func (s *seat) disturb() {
	for i, r := range s.rows[:s.group.N] {
		s.noise.Add(&s.group.Carry, i, r.next(), &s.pcg)
	}
}

// fill puts puzzles into free rows, of which the first live are taken, and
// returns how many are taken then. It waits for a puzzle only if there is nothing
// else to do.
func (s *seat) fill(ctx context.Context, live, rows int, from *supply) int {
	for live < rows {
		t, got := from.next(ctx, live == 0)
		if !got {
			break
		}
		s.load(live, t)
		live++
	}
	return live
}

// load puts a puzzle into a row.
func (s *seat) load(i int, t task) {
	copy(s.inputs(i), t.inputs)
	s.group.PuzzleIDs[i] = t.id
	s.m.Reset(&s.group.Carry, i)
	s.rows[i] = t.row
}

func (s *seat) inputs(i int) []int32 { return s.group.Inputs[i*s.cells : (i+1)*s.cells] }

// visitAll shows every row's answer and closes the gaps of those that are
// done or left to another worker. It returns how many rows remain.
func (s *seat) visitAll(live int, tasks *supply, visit Visitor) (int, error) {
	out, kept := s.group.Answer(), 0
	size := len(out.Logits) / len(s.rows)
	for i := range live {
		r := &s.rows[i]
		now := r.next()
		r.step++
		s.view = View{
			Index: r.index, Step: r.step, Inputs: s.inputs(i), Logits: out.Logits[i*size : (i+1)*size],
			Margin: s.m.Margin(out.Q[2*i], out.Q[2*i+1]), Data: r.data,
		}
		next, err := visit(&s.view)
		if err != nil {
			return 0, err
		}
		gone := false
		switch next {
		case Done:
			tasks.done()
			gone = true
		case GoOn:
			s.noise.Suppose(s.m, &s.group.Carry, i, s.view.Inputs, s.view.Logits, now, &s.pcg)
		case Restart, Rollout:
			gone = s.begin(i, next, kept+live-i > 1, tasks)
		}
		if gone {
			*r = row{}
			continue
		}
		if kept != i {
			s.move(kept, i)
		}
		kept++
	}
	return kept, nil
}

// begin takes a row's puzzle back to the initial state. Unless it is the only one,
// it is left to a worker with nothing to do if there is one, which begin reports.
func (s *seat) begin(i int, next Next, several bool, tasks *supply) (gone bool) {
	r := &s.rows[i]
	if next == Rollout {
		r.line, r.begun = r.line+1, r.step
	}
	if several && tasks.leave(task{*r, slices.Clone(s.inputs(i)), s.group.PuzzleIDs[i]}) {
		return true
	}
	s.m.Reset(&s.group.Carry, i)
	return false
}

func (s *seat) move(dst, src int) {
	g := s.group
	copy(s.inputs(dst), s.inputs(src))
	g.PuzzleIDs[dst] = g.PuzzleIDs[src]
	g.Carry.Copy(dst, &g.Carry, src)
	s.rows[dst], s.rows[src] = s.rows[src], row{}
}
