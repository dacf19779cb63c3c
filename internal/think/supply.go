package think

import (
	"context"
	"sync/atomic"
)

// supply is the puzzles of a run that wait for a worker.
type supply struct {
	fresh chan task    // from the input, closed at its end
	spare chan task    // from busy workers to such as have nothing to do, closed when all puzzles are done
	left  atomic.Int64 // puzzles that are not done, and one more until the input ends
}

// task is a puzzle at the beginning of a line of thought.
type task struct {
	row
	inputs []int32 // [S], not to be changed
	id     int32   // puzzle identifier
}

func newSupply(room int) *supply {
	s := &supply{fresh: make(chan task, room), spare: make(chan task)}
	s.left.Store(1)
	return s
}

// add hands a puzzle of the input out.
func (s *supply) add(ctx context.Context, t task) error {
	s.left.Add(1)
	select {
	case s.fresh <- t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end says that there is no more input.
func (s *supply) end() {
	close(s.fresh)
	s.done()
}

// done says that a puzzle is.
func (s *supply) done() {
	if s.left.Add(-1) == 0 {
		close(s.spare)
	}
}

// next returns a puzzle if there is one. A worker with nothing to do waits for it,
// and gets what others leave to it too.
func (s *supply) next(ctx context.Context, idle bool) (t task, got bool) {
	select {
	case t, got = <-s.fresh:
	default:
	}
	if got || !idle {
		return t, got
	}
	fresh := s.fresh
	for {
		select {
		case t, got = <-fresh:
			if got {
				return t, true
			}
			fresh = nil // closed, others may still leave something
		case t, got = <-s.spare:
			return t, got
		case <-ctx.Done():
			return t, false
		}
	}
}

// leave hands a puzzle to a worker with nothing to do, if there is one.
func (s *supply) leave(t task) bool {
	select {
	case s.spare <- t:
		return true
	default:
		return false
	}
}

// err is why a worker that gets no puzzle any more ends.
func (s *supply) err(ctx context.Context) error {
	if s.left.Load() == 0 {
		return nil
	}
	return ctx.Err()
}
