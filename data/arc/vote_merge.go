package arc

import (
	"errors"
	"fmt"
)

// Merge adds the votes of another shard of the run, which stays as it is. Shards of
// another run or of other tasks, and those that have a prediction in common, are an
// error, and v is then as it was. The result is to the bit that of one run without
// shards.
func (v *Votes) Merge(shard *Votes) error {
	if err := v.merge(shard); err != nil {
		return fmt.Errorf("arc: merge votes: %w", err)
	}
	return nil
}

func (v *Votes) merge(shard *Votes) error {
	if v.run != shard.run {
		return fmt.Errorf("run %.60q and run %.60q", v.run, shard.run)
	}
	if v.digest != shard.digest {
		return errors.New("they are on different tasks")
	}
	all, both, disjoint := v.seen.union(shard.seen)
	if !disjoint {
		return fmt.Errorf("prediction %d is in both", both)
	}
	v.seen = all
	for id, from := range shard.ballot {
		to := v.ballot[id]
		for k, b := range from.ballots {
			for _, vote := range b {
				to.ballots[k].add(vote)
			}
		}
	}
	return nil
}
