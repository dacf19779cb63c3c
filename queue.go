package reread

import (
	"context"
	"iter"
	"slices"

	"github.com/rereadml/reread/internal/think"
)

// queue takes puzzles to the workers and puts their answers back in order.
type queue struct {
	room    chan struct{} // holds one for each puzzle that is not yet answered in order
	done    chan numbered // has room for all of them
	waiting []*Answer     // answers that came early, by index modulo its length
	left    bool          // the loop over the answers was left
}

// numbered is the answer of the puzzle with that index.
type numbered struct {
	index  int
	answer *Answer
}

// newQueue returns a queue for up to size puzzles at one time.
func newQueue(size int) *queue {
	return &queue{room: make(chan struct{}, size), done: make(chan numbered, size), waiting: make([]*Answer, size)}
}

// feed returns the puzzles of a sequence as there is room for them.
func (q *queue) feed(ctx context.Context, s *Solver, in iter.Seq[Puzzle]) iter.Seq2[think.Item, error] {
	return func(yield func(think.Item, error) bool) {
		for p := range in {
			select {
			case q.room <- struct{}{}:
			case <-ctx.Done():
				return
			}
			p.Tokens = slices.Clone(p.Tokens) // the sequence may use its memory again
			work := &pending{course: s.newCourse(p)}
			if !yield(think.Item{Inputs: p.Tokens, ID: p.ID, Data: work}, nil) {
				return
			}
		}
	}
}

// pending is a puzzle on its way to an answer.
type pending struct {
	course
	tokens []int32 // of the answer at hand
	answer *Answer // that is given unless a better one comes
}

// visitor returns what looks at answers and keeps those at which the solver
// stops.
func (q *queue) visitor(s *Solver) think.Visitor {
	return func(v *think.View) think.Next {
		work := v.Data.(*pending)
		if work.tokens == nil {
			work.tokens = make([]int32, len(v.Inputs))
		}
		if s.o.Accept != nil {
			s.m.Decode(v.Logits, work.tokens, nil)
		}
		stop, accepted := s.o.done(work.puzzle, work.tokens, v.Margin)
		if stop || v.Step == s.o.Steps {
			work.answer, work.tokens = s.answer(v, work.tokens, accepted), nil
		}
		next := think.Done
		if !stop {
			next = s.next(&work.course, v.Step, v.Inputs, v.Logits)
		}
		if next == think.Done {
			work.answer.Steps, work.answer.Lines = v.Step, work.line
			q.done <- numbered{v.Index, work.answer}
		}
		return next
	}
}

// inOrder yields the answers in the order of their puzzles until there are no
// more. It returns false if yield does.
func (q *queue) inOrder(yield func(Answer) bool) bool {
	next := 0
	for n := range q.done {
		q.waiting[n.index%len(q.waiting)] = n.answer
		for {
			at := &q.waiting[next%len(q.waiting)]
			a := *at
			if a == nil {
				break
			}
			*at = nil
			next++
			<-q.room
			if !yield(*a) {
				return false
			}
		}
	}
	return true
}
