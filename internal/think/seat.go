package think

import (
	"context"
	"math/rand/v2"

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

func newSeat(m *nn.Model, noise Noise, size, team int) *seat {
	return &seat{
		m: m, net: m.NewWorker(size, team), group: m.NewGroup(size, false), cells: m.Arch().SeqLen,
		noise: noise, rows: make([]row, size),
	}
}

// run works on up to rows puzzles at one time until there are no more.
func (s *seat) run(ctx context.Context, rows int, items <-chan numbered, visit Visitor) error {
	live := 0
	for {
		var open bool
		if live, open = s.fill(ctx, live, rows, items); live == 0 && !open {
			return nil // why the input ended is for the feed to tell
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
		if live, err = s.visitAll(live, visit); err != nil {
			return err
		}
	}
}

// disturb adds noise to the states of all puzzles.
func (s *seat) disturb() {
	for i, r := range s.rows[:s.group.N] {
		s.noise.Add(&s.group.Carry, i, r.digest, r.line, r.step-r.begun+1, &s.pcg)
	}
}

// fill puts puzzles into free rows, of which the first live are taken, and
// returns how many are taken then and whether there may be more. It waits for a
// puzzle only if there is nothing else to do.
func (s *seat) fill(ctx context.Context, live, rows int, items <-chan numbered) (int, bool) {
	for live < rows {
		item, open, got := next(ctx, items, live == 0)
		if !open || !got {
			return live, open
		}
		s.load(live, item)
		live++
	}
	return live, true
}

// next takes the next item if there is one, or waits for it.
func next(ctx context.Context, items <-chan numbered, wait bool) (item numbered, open, got bool) {
	select {
	case item, open = <-items:
		return item, open, open
	default:
	}
	if !wait {
		return item, true, false
	}
	select {
	case item, open = <-items:
		return item, open, open
	case <-ctx.Done():
		return item, true, false
	}
}

// load puts a puzzle into a row.
func (s *seat) load(i int, item numbered) {
	copy(s.inputs(i), item.Inputs)
	s.group.PuzzleIDs[i] = item.ID
	s.m.Reset(&s.group.Carry, i)
	s.rows[i] = row{index: item.index, line: 1, digest: Digest(item.Inputs, item.ID), data: item.Data}
}

func (s *seat) inputs(i int) []int32 { return s.group.Inputs[i*s.cells : (i+1)*s.cells] }

// visitAll shows every row's answer and closes the gaps of those that are
// done. It returns how many rows are left.
func (s *seat) visitAll(live int, visit Visitor) (int, error) {
	out, kept := s.group.Answer(), 0
	size := len(out.Logits) / len(s.rows)
	for i := range live {
		r := &s.rows[i]
		r.step++
		s.view = View{
			Index: r.index, Step: r.step, Inputs: s.inputs(i), Logits: out.Logits[i*size : (i+1)*size],
			Margin: s.m.Margin(out.Q[2*i], out.Q[2*i+1]), Data: r.data,
		}
		next, err := visit(&s.view)
		if err != nil {
			return 0, err
		}
		switch next {
		case Done:
			*r = row{}
			continue
		case Rollout:
			r.line, r.begun = r.line+1, r.step
			s.m.Reset(&s.group.Carry, i)
		case Restart:
			s.m.Reset(&s.group.Carry, i)
		}
		if kept != i {
			s.move(kept, i)
		}
		kept++
	}
	return kept, nil
}

func (s *seat) move(dst, src int) {
	g := s.group
	copy(s.inputs(dst), s.inputs(src))
	g.PuzzleIDs[dst] = g.PuzzleIDs[src]
	g.Carry.Copy(dst, &g.Carry, src)
	s.rows[dst], s.rows[src] = s.rows[src], row{}
}
