package eval

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rereadml/reread"
)

// Settings say what was evaluated and how. Results merge only when they agree
// in all of them.
type Settings struct {
	// Model identifies the weights and the precision they ran in, such as a
	// digest of the file.
	Model string `json:"model"`

	// Set identifies the puzzles, their labels and their order, such as a
	// digest of all rows. Results with the same set can be compared.
	Set string `json:"set"`

	Rows  int    `json:"rows"`  // puzzles in the whole set
	Steps int    `json:"steps"` // supervision steps of every puzzle
	Rules string `json:"rules"` // name of the rules that accept answers; empty: none

	// HaltMargin is what the halting value has to exceed for the model to stop:
	// see [reread.Options].
	HaltMargin float32 `json:"halt_margin,omitempty"`

	// Noise, Hypotheses and Seed are those of [reread.Options], the first two as the
	// model has them where the options do not say.
	Noise      float32 `json:"noise,omitempty"`
	Hypotheses float32 `json:"hypotheses,omitempty"`
	Seed       uint64  `json:"seed,omitempty"`

	// Guess says how guesses were made and accepted; empty: none were made.
	Guess string `json:"guess,omitempty"`

	// Lines are the lines of thought of every puzzle, Start and Choice as in
	// [reread.Rollouts]; 0: rollouts are not evaluated.
	Lines  int           `json:"lines,omitempty"`
	Start  float32       `json:"start,omitempty"`
	Choice reread.Choice `json:"choice,omitempty"`

	// Ratings are the ranges of difficulty, each given by the highest rating
	// in it, ascending. Nil: 0, 1-2, 3-10, 11-50 and above.
	Ratings []int `json:"ratings"`
}

// maxSteps bounds the counts, which there are for every step; maxLines the lines of
// thought, whose answers are compared with each other.
const (
	maxSteps = 1 << 14
	maxLines = 1 << 14
)

func (s *Settings) check() error {
	switch {
	case s.Set == "":
		return errors.New("the puzzle set has no name")
	case s.Rows < 0 || s.Rows > math.MaxInt32:
		return fmt.Errorf("%d rows", s.Rows)
	case s.Steps < 1 || s.Steps > maxSteps:
		return fmt.Errorf("%d steps, want 1 to %d", s.Steps, maxSteps)
	case s.Lines < 0 || s.Lines > maxLines:
		return fmt.Errorf("%d lines of thought, want up to %d", s.Lines, maxLines)
	}
	if err := checkMargin(s.HaltMargin); err != nil {
		return err
	}
	return checkRatings(s.Ratings)
}

// agree says in what two settings differ, if they do.
func (s *Settings) agree(o *Settings) error {
	for _, f := range []struct {
		name string
		a, b any
	}{
		{"models", s.Model, o.Model}, {"puzzle sets", s.Set, o.Set}, {"rows", s.Rows, o.Rows},
		{"steps", s.Steps, o.Steps}, {"rules", s.Rules, o.Rules},
		{"halting margins", s.HaltMargin, o.HaltMargin}, {"noise", s.Noise, o.Noise}, {"hypotheses", s.Hypotheses, o.Hypotheses}, {"seeds", s.Seed, o.Seed},
		{"guesses", s.Guess, o.Guess}, {"lines of thought", s.Lines, o.Lines}, {"random starts", s.Start, o.Start}, {"choices", s.Choice, o.Choice},
	} {
		if f.a != f.b {
			return fmt.Errorf("different %s: %#v and %#v", f.name, f.a, f.b)
		}
	}
	if !slices.Equal(s.Ratings, o.Ratings) {
		return fmt.Errorf("different ranges of ratings: %v and %v", s.Ratings, o.Ratings)
	}
	return nil
}
