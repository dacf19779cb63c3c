package reread

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Solve answers puzzles, at the precision of the model's last [nn.Model.Pack],
// float32 without one. The first error, which names the puzzle, counted from 0,
// or the end of ctx stops all of them within one supervision step, and there are
// no answers then; [Stream] hands over each as soon as it and those before it are
// there.
func Solve(ctx context.Context, m *nn.Model, puzzles []Puzzle, o *Options) ([]Answer, error) {
	s, err := NewSolver(m, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Solve(ctx, puzzles)
}

// Stream answers the puzzles of a sequence in its order, in memory that does
// not grow with their number. It asks for puzzles some way ahead, from another
// goroutine: up to four times as many as it works on at one time. What a puzzle
// holds is copied before the next is asked for. An error, as of [Solve], comes
// alone and is the last; answers of puzzles before it may be missing then. Once
// the loop has ended the sequence is asked for no more, but it may still be
// about to hand over one puzzle.
func Stream(ctx context.Context, m *nn.Model, in iter.Seq[Puzzle], o *Options) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		s, err := NewSolver(m, o)
		if err != nil {
			yield(Answer{}, err)
			return
		}
		defer s.Close()
		s.Stream(ctx, in)(yield)
	}
}

// Solver answers puzzles like [Solve], [Stream] and [Think], and keeps its
// working memory between calls. It does one thing at a time: a call within the
// loop of another, or beside it, is an error.
type Solver struct {
	m         *nn.Model
	o         Options
	noise     think.Noise
	precision nn.Precision

	mu     sync.Mutex // of the two
	busy   bool
	closed bool

	few, all *think.Crew // for fewer puzzles than goroutines, and for others
	thinker  *thinker
}

// NewSolver returns a solver on a model at the precision of its last Pack, which
// must not change from now on. o may be nil. Close ends its goroutines.
func NewSolver(m *nn.Model, o *Options) (*Solver, error) {
	if m == nil {
		return nil, errors.New("reread: there is no model")
	}
	if o == nil {
		o = new(Options)
	}
	resolved, err := o.resolve(m)
	if err != nil {
		return nil, err
	}
	noise, err := think.NewNoise(m, o.Noise, o.Hypotheses, o.Seed)
	if err != nil {
		return nil, fmt.Errorf("reread: %w", err)
	}
	if r := o.Rollouts; r != nil {
		if err := r.check(noise); err != nil {
			return nil, err
		}
		noise.Start = r.Start
	}
	return &Solver{m: m, o: resolved, noise: noise, precision: m.Precision()}, nil
}

// Close ends the solver's goroutines, at the end of what it is at where that is
// something. It may be called at any time; other calls are errors afterwards.
func (s *Solver) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if !s.busy {
		s.release()
	}
}

// release ends the goroutines of a solver that is closed and not busy.
func (s *Solver) release() {
	for _, c := range []*think.Crew{s.few, s.all} {
		if c != nil {
			c.Close()
		}
	}
	if s.thinker != nil {
		s.thinker.net.Close()
	}
	s.few, s.all, s.thinker = nil, nil, nil
}

// begin makes the solver busy, or says why it cannot be.
func (s *Solver) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errors.New("reread: the solver is closed")
	case s.busy:
		return errors.New("reread: the solver is in use by another call")
	case s.m.Precision() != s.precision:
		return fmt.Errorf("reread: the model is laid out for %s now, the solver is for %s", s.m.Precision(), s.precision)
	}
	s.busy = true
	return nil
}

func (s *Solver) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	if s.closed {
		s.release()
	}
}

// Solve is the function [Solve].
func (s *Solver) Solve(ctx context.Context, puzzles []Puzzle) ([]Answer, error) {
	answers := make([]Answer, 0, len(puzzles))
	for a, err := range s.stream(ctx, slices.Values(puzzles), len(puzzles)) {
		if err != nil {
			return nil, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// Stream is the function [Stream].
func (s *Solver) Stream(ctx context.Context, in iter.Seq[Puzzle]) iter.Seq2[Answer, error] {
	return s.stream(ctx, in, many)
}

// many stands for a number of puzzles that is not known.
const many = -1

// crewFor returns workers for so many puzzles.
func (s *Solver) crewFor(puzzles int) *think.Crew {
	seats := think.Seats(puzzles, s.o.Workers)
	kept := &s.all
	if seats < s.o.Workers {
		kept = &s.few
	}
	if *kept != nil && (*kept).Seats() == seats {
		return *kept
	}
	if *kept != nil {
		(*kept).Close()
	}
	*kept = think.NewCrew(s.m, s.noise, seats, s.o.Workers)
	return *kept
}

// stream answers puzzles in order; n is their number, or many.
func (s *Solver) stream(ctx context.Context, in iter.Seq[Puzzle], n int) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		if in == nil {
			yield(Answer{}, errors.New("reread: there is no sequence of puzzles"))
			return
		}
		if err := s.begin(); err != nil {
			yield(Answer{}, err)
			return
		}
		defer s.end()
		q, err := s.answerAll(ctx, in, n, yield)
		if err != nil && !q.left {
			yield(Answer{}, fmt.Errorf("reread: %w", err))
		}
	}
}

// answerAll answers puzzles, and returns what went wrong when all workers have
// ended, however the loop has.
func (s *Solver) answerAll(ctx context.Context, in iter.Seq[Puzzle], n int, yield func(Answer, error) bool) (q *queue, err error) {
	crew := s.crewFor(n)
	ctx, cancel := context.WithCancel(ctx)
	q = newQueue(4 * crew.Rows())
	var failed error
	var panicked any
	go func() {
		defer close(q.done)
		defer func() { panicked = recover() }()
		failed = crew.Run(ctx, n, q.feed(ctx, s, in), q.visitor(s))
	}()
	defer func() {
		cancel()
		for range q.done { // until the workers have ended
		}
		if panicked != nil {
			panic(panicked) // of the caller's own sequence or rules
		}
		err = failed
	}()
	q.left = !q.inOrder(func(a Answer) bool { return yield(a, nil) })
	return q, nil
}

// answer returns the answer after a supervision step, in the memory for its tokens.
func (s *Solver) answer(v *think.View, work *pending, accepted bool) Answer {
	a := Answer{
		Tokens: work.tokens, Confidence: make([]float32, len(work.tokens)),
		Margin: v.Margin, Halted: v.Margin > s.o.HaltMargin, Accepted: accepted,
	}
	s.m.Decode(v.Logits, a.Tokens, a.Confidence)
	work.view.back(a.Tokens, a.Confidence)
	return a
}
