package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The first fields of a result's document. The version is that of the fields
// and of what they count, the bins of the margin and the ranges of givens
// included.
const (
	format  = "reread-eval"
	version = 2
)

// document is the JSON form of a result.
type document struct {
	Format      string            `json:"format"`
	Version     int               `json:"version"`
	Settings    Settings          `json:"settings"`
	Nanoseconds int64             `json:"nanoseconds"`
	All         *counts           `json:"all"`
	ByRating    []*group          `json:"by_rating"`
	ByGivens    []*group          `json:"by_givens"`
	Done        bitset            `json:"done"`
	Right       map[Answer]bitset `json:"right"`
	Guessed     *guessed          `json:"guessed,omitempty"`
	Rollouts    rollouts          `json:"rollouts,omitempty"`
}

// MarshalJSON returns the result as a JSON object, from which UnmarshalJSON
// makes it again.
func (r *Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{format, version, r.settings, int64(r.Elapsed), r.all, r.byRating, r.byGivens, r.done, r.right, r.guessed, r.rollouts})
}

// UnmarshalJSON reads what MarshalJSON wrote. A document of another version
// and one whose counts contradict each other are errors.
func (r *Result) UnmarshalJSON(data []byte) error {
	if err := r.decode(data); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

func (r *Result) decode(data []byte) error {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return fmt.Errorf("not the result of an evaluation: %w", err)
	}
	if head.Format != format {
		return errors.New("not the result of an evaluation")
	}
	if head.Version != version {
		return fmt.Errorf("the result has version %d, not %d", head.Version, version)
	}
	var d document
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return fmt.Errorf("the result is damaged: %w", err)
	}
	r.Elapsed, r.settings = time.Duration(d.Nanoseconds), d.Settings
	r.all, r.byRating, r.byGivens, r.done, r.right = d.All, d.ByRating, d.ByGivens, d.Done, d.Right
	r.guessed, r.rollouts = d.Guessed, d.Rollouts
	return nil
}

func (d *document) check() error {
	if err := d.Settings.check(); err != nil {
		return err
	}
	if d.Nanoseconds < 0 {
		return fmt.Errorf("%d nanoseconds", d.Nanoseconds)
	}
	if d.All == nil {
		return errors.New("there are no counts")
	}
	steps := d.Settings.Steps
	if err := d.All.check(steps, int64(d.Settings.Rows)); err != nil {
		return err
	}
	if d.All.Accepted[steps].puzzles() != d.All.puzzles() && d.Settings.Rules == "" {
		return errors.New("answers accepted without rules")
	}
	all := d.All.at(steps - 1)
	if err := checkGroups(d.ByRating, len(ratingNames(d.Settings.Ratings)), steps, all); err != nil {
		return fmt.Errorf("by_rating: %w", err)
	}
	if err := checkGroups(d.ByGivens, len(rangeNames(givenBounds)), steps, all); err != nil {
		return fmt.Errorf("by_givens: %w", err)
	}
	if err := d.checkGuessed(all.Puzzles); err != nil {
		return fmt.Errorf("guessed: %w", err)
	}
	if err := d.Rollouts.check(&d.Settings, all.Puzzles); err != nil {
		return fmt.Errorf("rollouts: %w", err)
	}
	return d.checkRows(all)
}

func (d *document) checkGuessed(puzzles int64) error {
	switch {
	case (d.Guessed != nil) != (d.Settings.Guess != ""):
		return errors.New("the counts and the settings do not go together")
	case d.Guessed == nil:
		return nil
	}
	return d.Guessed.check(puzzles)
}

// checkRows compares the bits of the rows with the counts of all.
func (d *document) checkRows(all *group) error {
	if err := d.Done.check(d.Settings.Rows); err != nil {
		return fmt.Errorf("done: %w", err)
	}
	if a, b := d.Done.count(), all.Puzzles; a != b {
		return fmt.Errorf("%d rows are done, %d puzzles counted", a, b)
	}
	if len(d.Right) != len(answers) {
		return fmt.Errorf("right: %d answers, not %d", len(d.Right), len(answers))
	}
	for _, a := range answers {
		b := d.Right[a]
		if err := b.check(d.Settings.Rows); err != nil {
			return fmt.Errorf("right: %s: %w", a, err)
		}
		n := b.count()
		if n != b.common(d.Done).count() {
			return fmt.Errorf("right: %s: rows that are not done", a)
		}
		if n != all.Right[a] {
			return fmt.Errorf("right: %s: %d rows, %d puzzles counted", a, n, all.Right[a])
		}
	}
	return nil
}
