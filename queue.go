package reread

import (
	"context"
	"fmt"
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
	tokens  []int32  // of the answer at hand
	answers []Answer // that may be given, by line of thought
}

// visitor returns what looks at answers and keeps those at which the solver
// stops.
func (q *queue) visitor(s *Solver) think.Visitor {
	return func(v *think.View) (think.Next, error) {
		work := v.Data.(*pending)
		if work.tokens == nil {
			work.tokens = make([]int32, len(v.Inputs))
		}
		if s.o.Accept != nil {
			s.m.Decode(v.Logits, work.tokens, nil)
			work.view.back(work.tokens, nil)
		}
		stop, accepted := s.o.done(work.puzzle, work.tokens, v.Margin)
		if stop || v.Step == work.ends && (work.line == 1 || s.o.Rollouts != nil) {
			work.answers, work.tokens = append(work.answers, s.answer(v, work, accepted)), nil
		}
		if !stop {
			next, err := s.next(&work.course, v.Step, v.Inputs, v.Logits)
			if err != nil {
				return next, fmt.Errorf("puzzle %d: %w", v.Index, err)
			}
			if next != think.Done {
				return next, nil
			}
		}
		a := s.o.choose(work.answers, stop)
		a.Steps, a.Lines = v.Step, work.line
		q.done <- numbered{v.Index, a}
		return think.Done, nil
	}
}

// choose returns which of the answers at the ends of lines of thought is given,
// the last of which may be one to stop at.
func (o *Options) choose(answers []Answer, stop bool) *Answer {
	switch {
	case stop:
		return &answers[len(answers)-1]
	case o.Rollouts != nil:
		return &answers[o.Rollouts.Choice.Of(answers)]
	}
	return &answers[0]
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
