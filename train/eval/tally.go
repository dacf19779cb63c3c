package eval

import "fmt"

// tally counts puzzles, and those of them that are right. In JSON it is a pair.
type tally [2]int64

func (t tally) puzzles() int64 { return t[0] }

func (t tally) right() int64 { return t[1] }

func (t tally) wrong() int64 { return t[0] - t[1] }

func (t *tally) add(right bool) {
	t[0]++
	if right {
		t[1]++
	}
}

func (t *tally) merge(o tally) {
	t[0] += o[0]
	t[1] += o[1]
}

func sum(ts []tally) tally {
	var out tally
	for _, t := range ts {
		out.merge(t)
	}
	return out
}

func mergeAll(into, from []tally) {
	for i := range into {
		into[i].merge(from[i])
	}
}

// checkTallies refuses tallies that no puzzles can have left: their number and
// sum must be as said.
func checkTallies(name string, ts []tally, entries int, puzzles int64) error {
	if len(ts) != entries {
		return fmt.Errorf("%s: %d entries, not %d", name, len(ts), entries)
	}
	left := puzzles
	for _, t := range ts {
		if t.right() < 0 || t.wrong() < 0 || t.puzzles() > left {
			return fmt.Errorf("%s: %d right of %d puzzles, with %d left to count", name, t.right(), t.puzzles(), left)
		}
		left -= t.puzzles()
	}
	if left != 0 {
		return fmt.Errorf("%s: %d puzzles of %d are missing", name, left, puzzles)
	}
	return nil
}
