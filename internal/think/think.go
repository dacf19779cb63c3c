// Package think takes puzzles through supervision steps on many goroutines.
package think

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"sync"

	"github.com/rereadml/reread/nn"
)

// Item is a puzzle on its way through the model.
type Item struct {
	Inputs []int32 // [S], to stay as they are until the puzzle is done
	ID     int32   // puzzle identifier
	Data   any     // for the visitor
}

// View is what a visitor sees of a puzzle after a supervision step, valid
// during the call.
type View struct {
	Index  int     // of the puzzle, from 0
	Step   int     // supervision steps done on it, from 1
	Inputs []int32 // of its cells, for the visitor to change: the next step reads them anew
	Logits []float32
	Margin float32
	Data   any
}

// Next is what becomes of a puzzle after a supervision step.
type Next int

// What a visitor may ask for.
const (
	GoOn    Next = iota // another step
	Restart             // another step, from the initial state
	Rollout             // the same, and noise of its own from then on
	Done                // no more steps
)

// Visitor sees every puzzle after each of its supervision steps and says what
// becomes of it. Visitors are called from several goroutines, for one puzzle in
// order of its steps. An error ends the run.
type Visitor func(v *View) (Next, error)

// The most supervision steps of a line of thought and goroutines, far beyond
// any use.
const (
	MaxSteps   = math.MaxInt32
	maxWorkers = 1 << 12
)

// CheckEffort reports numbers of supervision steps and goroutines that are none,
// where 0 is for a default.
func CheckEffort(steps, goroutines int) error {
	if steps < 0 || steps > MaxSteps {
		return fmt.Errorf("%d supervision steps, want 0 to %d", steps, MaxSteps)
	}
	if goroutines < 0 || goroutines > maxWorkers {
		return fmt.Errorf("%d workers, want 0 to %d", goroutines, maxWorkers)
	}
	return nil
}

// Crew is a set of workers on one model, each with a group of rows whose
// puzzles come and go. It is not safe for concurrent use.
type Crew struct {
	m       *nn.Model
	seats   []*seat
	feeding sync.WaitGroup
}

// Seats returns how many workers a crew has for a number of puzzles, of which a
// negative one is many, on so many goroutines.
func Seats(puzzles, goroutines int) int {
	if puzzles < 0 {
		return goroutines
	}
	return max(min(goroutines, puzzles), 1)
}

// NewCrew returns a crew of so many workers on so many goroutines. Where there
// are fewer workers, several goroutines share one.
func NewCrew(m *nn.Model, noise Noise, seats, goroutines int) *Crew {
	size := m.GroupSize()
	if seats < goroutines { // there are no more puzzles than workers
		size = 1
	}
	c := &Crew{m: m}
	for range seats {
		c.seats = append(c.seats, newSeat(m, noise, size, goroutines/seats))
	}
	return c
}

// Close ends the goroutines of the crew.
func (c *Crew) Close() {
	for _, s := range c.seats {
		s.net.Close()
	}
}

// Seats returns the number of workers.
func (c *Crew) Seats() int { return len(c.seats) }

// Rows returns how many puzzles the crew can work on at one time.
func (c *Crew) Rows() int { return len(c.seats) * len(c.seats[0].rows) }

// Run takes puzzles from in, in their order, through supervision steps until
// the visitor has had enough; n is their number, or negative. What comes of a
// puzzle does not depend on the others, and one that is done makes room for the
// next at once. A worker with nothing to do takes a puzzle that begins a line of
// thought from one with several. The first error of in or of a puzzle, a panic, or the end of ctx
// ends all of it within one supervision step. Run returns then though in may be
// slow; it is asked for no more once it hands over what it is at, for which Wait
// waits.
func (c *Crew) Run(ctx context.Context, n int, in iter.Seq2[Item, error], visit Visitor) error {
	j := newJob(ctx)
	defer j.cancel()
	tasks := newSupply(2 * c.Rows())
	c.feeding.Go(func() {
		defer tasks.end()
		j.guard(func() error { return c.feed(j.ctx, in, tasks) })
	})
	rows := len(c.seats[0].rows)
	if n >= 0 { // share few puzzles out evenly
		rows = min(rows, max(n/len(c.seats), 1))
	}
	var wg sync.WaitGroup
	for _, s := range c.seats {
		wg.Go(func() {
			j.guard(func() error { return s.run(j.ctx, rows, tasks, visit) })
		})
	}
	wg.Wait()
	return j.end()
}

// Wait returns when the input of every Run is left alone.
func (c *Crew) Wait() { c.feeding.Wait() }

// feed checks puzzles and hands them out.
func (c *Crew) feed(ctx context.Context, in iter.Seq2[Item, error], tasks *supply) error {
	index := 0
	for item, err := range in {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			err = c.m.CheckInput(item.Inputs, item.ID)
		}
		if err != nil {
			return fmt.Errorf("puzzle %d: %w", index, err)
		}
		first := row{index: index, line: 1, digest: Digest(item.Inputs, item.ID), data: item.Data}
		if err := tasks.add(ctx, task{first, item.Inputs, item.ID}); err != nil {
			return err
		}
		index++
	}
	return ctx.Err()
}

// errExit is the end of a job in which a callback has ended its goroutine.
var errExit = errors.New("a callback has ended its goroutine")

// job is the first thing that went wrong among several goroutines.
type job struct {
	parent, ctx context.Context
	cancel      context.CancelFunc
	mu          sync.Mutex
	err         error
	panicked    any
}

func newJob(parent context.Context) *job {
	j := &job{parent: parent}
	j.ctx, j.cancel = context.WithCancel(parent)
	return j
}

// guard runs a part of the job; an error or a panic of it ends the others.
func (j *job) guard(part func() error) {
	err := errExit
	defer func() {
		if p := recover(); p != nil {
			j.fail(errExit, p)
		} else if err != nil {
			j.fail(err, nil)
		}
	}()
	err = part()
}

func (j *job) fail(err error, panicked any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err, j.panicked = err, panicked
	}
	j.cancel()
}

// end returns what went wrong, panicking with the value of a part that did. The
// end of the parent context is said with its cause.
func (j *job) end() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.panicked != nil {
		panic(j.panicked)
	}
	if j.err != nil && j.err == j.parent.Err() {
		return ContextError(j.parent)
	}
	return j.err
}

// ContextError returns why a context has ended: its error, with the cause where
// that is another.
func ContextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
