package reread

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"

	"github.com/rereadml/reread/internal/think"
	"github.com/rereadml/reread/nn"
)

// Solve answers puzzles. The first error, which names the puzzle, counted from
// 0, or the end of ctx stops all of them within one supervision step.
func Solve(ctx context.Context, m *nn.Model, puzzles []Puzzle, o *Options) ([]Answer, error) {
	s, err := NewSolver(m, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.Solve(ctx, puzzles)
}

// Stream answers the puzzles of a sequence in its order, in memory that does
// not grow with their number. It asks for puzzles some time ahead, from another
// goroutine. After an error it ends, as [Solve] does.
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
// working memory between calls. It is not safe for concurrent use.
type Solver struct {
	m     *nn.Model
	o     Options
	steps int

	crew    *think.Crew
	puzzles int // that the crew is for
	thinker *thinker
}

// NewSolver returns a solver on a model, whose precision must not change from
// now on. o may be nil. Close ends its goroutines.
func NewSolver(m *nn.Model, o *Options) (*Solver, error) {
	s := &Solver{m: m}
	if o != nil {
		s.o = *o
	}
	var err error
	s.steps, err = s.o.steps(m)
	if s.o.Workers == 0 {
		s.o.Workers = runtime.GOMAXPROCS(0)
	}
	return s, err
}

// Close ends the solver's goroutines.
func (s *Solver) Close() {
	if s.crew != nil {
		s.crew.Close()
	}
	if s.thinker != nil {
		s.thinker.net.Close()
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
	if full := s.o.Workers * s.m.GroupSize(); puzzles > full {
		puzzles = many
	}
	if s.crew != nil && s.puzzles == puzzles {
		return s.crew
	}
	if s.crew != nil {
		s.crew.Close()
	}
	s.crew, s.puzzles = think.NewCrew(s.m, puzzles, s.o.Workers), puzzles
	return s.crew
}

// stream answers puzzles in order; n is their number, or many.
func (s *Solver) stream(ctx context.Context, in iter.Seq[Puzzle], n int) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		crew := s.crewFor(n)
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		q := newQueue(4 * crew.Rows())
		var err error
		go func() {
			err = crew.Run(ctx, s.steps, q.feed(ctx, in), q.visitor(s))
			close(q.done)
		}()
		if !q.inOrder(func(a Answer) bool { return yield(a, nil) }) {
			cancel()
			for range q.done { // until the workers have ended
			}
			return
		}
		if err != nil {
			yield(Answer{}, fmt.Errorf("reread: %w", err))
		}
	}
}

// answer returns the answer of a puzzle that is done.
func (s *Solver) answer(v *think.View, tokens []int32, accepted bool) Answer {
	a := Answer{
		Tokens: tokens, Confidence: make([]float32, len(tokens)),
		Margin: v.Margin, Steps: v.Step, Halted: v.Margin > 0, Accepted: accepted,
	}
	s.m.Decode(v.Logits, a.Tokens, a.Confidence)
	return a
}
