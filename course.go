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
	view    View       // in which the line reads the puzzle
	guessed []int      // cells whose values are guesses, in their order
	rng     *rand.Rand // of the guesses, once there is one
}

func (s *Solver) newCourse(p Puzzle) course { return course{puzzle: p, line: 1, ends: s.o.Steps} }

// next says what becomes of a puzzle after a supervision step at whose answer
// the options do not stop. Where that begins another line of thought, it changes
// the inputs to those of it.
func (s *Solver) next(c *course, step int, inputs []int32, logits []float32) (think.Next, error) {
	switch {
	case step < c.ends:
		return think.GoOn, nil
	case s.o.Guess != nil:
		return s.guess(c, step, inputs, logits), nil
	case s.o.Rollouts != nil:
		return s.rollout(c, step, inputs)
	}
	return think.Done, nil
}
