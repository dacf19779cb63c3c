package arc

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Pair is an input and what the rule of its task makes of it.
type Pair struct {
	Input Grid
	// Output is the empty grid where it is not known, as in tasks whose solutions
	// are kept secret.
	Output Grid
}

// Known reports whether the output is known.
func (p Pair) Known() bool { return p.Output.Rows > 0 }

// Task is a rule, shown by the pairs of Train and asked for by those of Test.
type Task struct {
	ID          string
	Train, Test []Pair
}

// Check reports a task without an ID, with one that is not in UTF-8 or that [ParseID]
// takes for that of an augmented task, or without pairs, a grid that [Grid.Check] turns
// down, and an unknown output among Train. Outputs of Test may be unknown.
func (t *Task) Check() error {
	if err := t.check(); err != nil {
		return fmt.Errorf("arc: task %.60q: %w", t.ID, err)
	}
	return nil
}

func (t *Task) check() error {
	if t.ID == "" {
		return errors.New("no ID")
	}
	if !utf8.ValidString(t.ID) {
		return errors.New("the ID is not in UTF-8")
	}
	if task, _, err := ParseID(t.ID); err != nil || task != t.ID {
		return errors.New("the ID is written as that of an augmented task")
	}
	if len(t.Train)+len(t.Test) == 0 {
		return errors.New("no pairs")
	}
	for i, p := range t.Train {
		if err := p.check(); err != nil {
			return fmt.Errorf("train pair %d: %w", i, err)
		}
		if !p.Known() {
			return fmt.Errorf("train pair %d: output: missing", i)
		}
	}
	for i, p := range t.Test {
		if err := p.check(); err != nil {
			return fmt.Errorf("test pair %d: %w", i, err)
		}
	}
	return nil
}

func (p Pair) check() error {
	if err := p.Input.check(); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	if p.Output.Equal(Grid{}) {
		return nil
	}
	if err := p.Output.check(); err != nil {
		return fmt.Errorf("output: %w", err)
	}
	return nil
}
