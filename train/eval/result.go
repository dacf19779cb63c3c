package eval

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Result counts the trails of a puzzle set, or of any part of it. It takes the
// same memory for any number of puzzles but for four bits a row: whether it was
// evaluated, and whether each of its answers is right.
//
// Make one with [New], or read one by [Load] or [json.Unmarshal], for which last
// alone the zero value is fit. Add may be called from several goroutines at once, but not
// beside other methods.
type Result struct {
	// Elapsed is the time spent, for the caller to set. Merging adds it up.
	Elapsed time.Duration

	settings Settings
	mu       sync.Mutex // for Add
	all      *counts
	byRating []*group          // by range of ratings
	byGivens []*group          // by range of givens
	done     bitset            // rows that are counted
	right    map[Answer]bitset // of those, the rows whose answer is right
	guessed  *guessed          // nil without guesses
	rollouts rollouts          // nil without any
}

// New returns a result without puzzles. It is an error for the settings to
// have no set, no steps, or ratings that do not ascend.
func New(s Settings) (*Result, error) {
	s.Ratings = slices.Clone(s.Ratings)
	if len(s.Ratings) == 0 {
		s.Ratings = slices.Clone(defaultRatings)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	r := &Result{
		settings: s, all: newCounts(s.Steps),
		byRating: newGroups(len(ratingNames(s.Ratings))), byGivens: newGroups(len(rangeNames(givenBounds))),
		done: newBitset(s.Rows), right: map[Answer]bitset{},
	}
	for _, a := range answers {
		r.right[a] = newBitset(s.Rows)
	}
	r.rollouts = newRollouts(&s)
	if s.Guess != "" {
		r.guessed = new(guessed)
	}
	return r, nil
}

// Settings returns what the result was made under.
func (r *Result) Settings() Settings {
	s := r.settings
	s.Ratings = slices.Clone(s.Ratings)
	return s
}

// Add counts the trail of a row, the position of a puzzle in the set, from 0.
// Rows may come in any order: the result is the same. The trail is not kept.
// It is an error for a row to come twice, and for a trail not to fit the
// settings; the result is then as before.
func (r *Result) Add(row int, t *Trail) error {
	if row < 0 || row >= r.settings.Rows {
		return fmt.Errorf("eval: row %d of a set of %d", row, r.settings.Rows)
	}
	if err := t.check(&r.settings); err != nil {
		return fmt.Errorf("eval: row %d: %w", row, err)
	}
	t.haltMargin = r.settings.HaltMargin
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.has(row) {
		return fmt.Errorf("eval: row %d: counted twice", row)
	}
	r.done.set(row)
	r.all.add(t)
	r.rollouts.add(t, r.settings.Choice)
	r.byRating[ratingRange(r.settings.Ratings, t.Rating)].add(t)
	r.byGivens[rangeOf(givenBounds, int(t.Given))].add(t)
	for _, a := range answers {
		if t.right(a) {
			r.right[a].set(row)
		}
	}
	return nil
}

// Merge adds another result, of other rows of the same set under the same
// settings. Anything else is an error, and the result is then as before.
// Merging the results of all parts of a set, in any order, gives exactly the
// counts of one run over all of it.
func (r *Result) Merge(o *Result) error {
	if err := r.settings.agree(&o.settings); err != nil {
		return fmt.Errorf("eval: merge: %w", err)
	}
	common := r.done.common(o.done)
	if n := common.count(); n > 0 {
		return fmt.Errorf("eval: merge: %d rows are in both, the first is row %d", n, common.first())
	}
	r.done.merge(o.done)
	for a, b := range r.right {
		b.merge(o.right[a])
	}
	r.all.merge(o.all)
	mergeGroups(r.byRating, o.byRating)
	mergeGroups(r.byGivens, o.byGivens)
	if r.guessed != nil {
		r.guessed.merge(o.guessed)
	}
	r.rollouts.merge(o.rollouts)
	r.Elapsed += o.Elapsed
	return nil
}
