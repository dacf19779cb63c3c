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

	noise  Noise
	pcg    rand.PCG
	digest []uint64 // by row, of the puzzle

	index, step []int // by row: the puzzle's place in the input, and its steps so far
	data        []any
}

func newSeat(m *nn.Model, noise Noise, size, team int) *seat {
	return &seat{
		m: m, net: m.NewWorker(size, team), group: m.NewGroup(size, false), cells: m.Arch().SeqLen,
		noise: noise, digest: make([]uint64, size),
		index: make([]int, size), step: make([]int, size), data: make([]any, size),
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
		live = s.visitAll(live, visit)
	}
}

// disturb adds noise to the states of all puzzles.
func (s *seat) disturb() {
	for row := range s.group.N {
		s.noise.Add(&s.group.Carry, row, s.digest[row], s.step[row]+1, &s.pcg)
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
func (s *seat) load(row int, item numbered) {
	copy(s.inputs(row), item.Inputs)
	s.group.PuzzleIDs[row] = item.ID
	s.m.Reset(&s.group.Carry, row)
	s.index[row], s.step[row], s.data[row] = item.index, 0, item.Data
	s.digest[row] = Digest(item.Inputs, item.ID)
}

func (s *seat) inputs(row int) []int32 { return s.group.Inputs[row*s.cells : (row+1)*s.cells] }

// visitAll shows every row's answer and closes the gaps of those that are
// done. It returns how many rows are left.
func (s *seat) visitAll(live int, visit Visitor) int {
	out, kept := s.group.Answer(), 0
	size := len(out.Logits) / len(s.index)
	for row := range live {
		s.step[row]++
		s.view = View{
			Index: s.index[row], Step: s.step[row], Inputs: s.inputs(row), Logits: out.Logits[row*size : (row+1)*size],
			Margin: s.m.Margin(out.Q[2*row], out.Q[2*row+1]), Data: s.data[row],
		}
		switch visit(&s.view) {
		case Done:
			s.data[row] = nil
			continue
		case Restart:
			s.m.Reset(&s.group.Carry, row)
		}
		if kept != row {
			s.move(kept, row)
		}
		kept++
	}
	return kept
}

func (s *seat) move(dst, src int) {
	g := s.group
	copy(s.inputs(dst), s.inputs(src))
	g.PuzzleIDs[dst] = g.PuzzleIDs[src]
	g.Carry.Copy(dst, &g.Carry, src)
	s.index[dst], s.step[dst], s.data[dst] = s.index[src], s.step[src], s.data[src]
	s.digest[dst] = s.digest[src]
	s.data[src] = nil
}
