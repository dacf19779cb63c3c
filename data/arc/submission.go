package arc

import (
	"fmt"
	"io"

	"github.com/rereadml/reread/internal/atomicfile"
)

// SaveSubmission creates or replaces the file of [WriteSubmission], commonly called
// submission.json, in one step.
func SaveSubmission(path string, v *Votes) error {
	if err := atomicfile.Write(path, func(w io.Writer) error { return WriteSubmission(w, v) }); err != nil {
		return fmt.Errorf("arc: %s: %w", path, err)
	}
	return nil
}

// WriteSubmission writes the two best answers to each test pair as competitions take
// them, tasks and test pairs in their order:
//
//	{ID: [{"attempt_1": GRID, "attempt_2": GRID}, ...], ...}
//
// A single answer is both attempts. The empty grid, which competitions turn down, is
// passed over for the next best. A test pair without any answer has attempts of one
// cell of colour 0, so that those after it keep their places: the published
// evaluation leaves it out, and everything after it moves up.
func WriteSubmission(w io.Writer, v *Votes) error {
	return writeTasks(w, v.tasks, func(b []byte, t *Task) ([]byte, error) {
		b = append(b, '[')
		for test := range t.Test {
			if test > 0 {
				b = append(b, ',')
			}
			first, second := attempts(v.ballot[t.ID].ranking(test))
			b = first.appendJSON(append(b, `{"attempt_1":`...))
			b = second.appendJSON(append(b, `,"attempt_2":`...))
			b = append(b, '}')
		}
		return append(b, ']'), nil
	})
}

// attempts returns the two grids to submit.
func attempts(ranking []Vote) (first, second Grid) {
	var grids []Grid
	for _, v := range ranking {
		if v.Answer.Rows > 0 && len(grids) < 2 {
			grids = append(grids, v.Answer)
		}
	}
	switch len(grids) {
	case 0:
		unknown := Pair{}.output()
		return unknown, unknown
	case 1:
		return grids[0], grids[0]
	}
	return grids[0], grids[1]
}
