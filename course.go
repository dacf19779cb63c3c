package reread

import (
	"math/rand/v2"

	"github.com/rereadml/reread/internal/think"
)

// course is how far the thinking about a puzzle is: a line of thought, and the
// next where it fails.
type course struct {
	puzzle  Puzzle
	line    int        // from 1
	ends    int        // the supervision step at which the line does, of all lines
	guessed []int      // cells whose values are guesses, in their order
	rng     *rand.Rand // of the guesses, once there is one
}

func (s *Solver) newCourse(p Puzzle) course { return course{puzzle: p, line: 1, ends: s.o.Steps} }

// next says what becomes of a puzzle after a supervision step at whose answer
// the options do not stop. Where that begins another line of thought, it gives
// the inputs its guess.
func (s *Solver) next(c *course, step int, inputs []int32, logits []float32) think.Next {
	if step < c.ends {
		return think.GoOn
	}
	g := s.o.Guess
	if g == nil || c.line == g.Lines {
		return think.Done
	}
	if c.rng == nil {
		c.rng = draws(c.puzzle, s.o.Seed)
	}
	probabilities := make([]float32, len(logits))
	s.m.Probabilities(logits, probabilities)
	c.guessed = g.undo(inputs, c.guessed)
	cell, ok := g.fill(inputs, probabilities, c.rng)
	if !ok {
		return think.Done
	}
	c.guessed = append(c.guessed, cell)
	c.line, c.ends = c.line+1, step+g.Steps
	if g.Restart {
		return think.Restart
	}
	return think.GoOn
}
