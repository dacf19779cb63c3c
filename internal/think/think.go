// Package think takes puzzles through supervision steps on many goroutines.
package think

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"github.com/rereadml/reread/nn"
)

// Item is a puzzle on its way through the model.
type Item struct {
	Inputs []int32 // [S], not changed
	ID     int32   // puzzle identifier
	Data   any     // for the visitor
}

// View is what a visitor sees of a puzzle after a supervision step, valid
// during the call.
type View struct {
	Index  int // of the puzzle, from 0
	Step   int // supervision steps done on it, from 1
	Logits []float32
	Margin float32
	Data   any
}

// Visitor sees every puzzle after each of its supervision steps and returns
// whether it is done. Visitors are called from several goroutines, for one
// puzzle in order of its steps.
type Visitor func(v *View) (done bool)

// Crew is a set of workers on one model, each with a group of rows whose
// puzzles come and go. It is not safe for concurrent use.
type Crew struct {
	m     *nn.Model
	seats []*seat
}

// NewCrew returns a crew for the given number of puzzles, of which a negative
// one is many, on so many goroutines; 0 means one for each processor that Go
// may use. Where there are fewer puzzles, several goroutines share one.
func NewCrew(m *nn.Model, puzzles, goroutines int) *Crew {
	if goroutines <= 0 {
		goroutines = runtime.GOMAXPROCS(0)
	}
	seats, team, size := goroutines, 1, m.GroupSize()
	if puzzles >= 0 {
		seats = max(min(goroutines, puzzles), 1)
		team = goroutines / seats
		size = min(size, max(puzzles/seats, 1))
	}
	c := &Crew{m: m}
	for range seats {
		c.seats = append(c.seats, newSeat(m, size, team))
	}
	return c
}

// Close ends the goroutines of the crew.
func (c *Crew) Close() {
	for _, s := range c.seats {
		s.net.Close()
	}
}

// Rows returns how many puzzles the crew works on at one time.
func (c *Crew) Rows() int { return len(c.seats) * len(c.seats[0].index) }

// Run takes puzzles from in, in their order, through up to steps supervision
// steps each, from the initial state. What comes of a puzzle does not depend
// on the others, and one that is done makes room for the next at once. The
// first error of in, of a puzzle, or the end of ctx ends all of it within one
// supervision step. Run then returns without waiting for in, should that be
// slow, and never asks it for more.
func (c *Crew) Run(ctx context.Context, steps int, in iter.Seq2[Item, error], visit Visitor) error {
	if steps < 1 {
		return fmt.Errorf("%d supervision steps, want at least 1", steps)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	items := make(chan numbered, 2*c.Rows())
	go c.feed(ctx, cancel, in, items)
	var wg sync.WaitGroup
	for _, s := range c.seats {
		wg.Go(func() {
			if err := s.run(ctx, steps, items, visit); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// numbered is an item with its place in the input.
type numbered struct {
	Item
	index int
}

// feed checks puzzles and hands them out.
func (c *Crew) feed(ctx context.Context, cancel context.CancelCauseFunc, in iter.Seq2[Item, error], items chan<- numbered) {
	defer close(items)
	index := 0
	for item, err := range in {
		if err == nil {
			err = c.m.CheckInput(item.Inputs, item.ID)
		}
		if err != nil {
			cancel(fmt.Errorf("puzzle %d: %w", index, err))
			return
		}
		select {
		case items <- numbered{item, index}:
		case <-ctx.Done():
			return
		}
		index++
	}
}
