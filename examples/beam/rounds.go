package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
)

// rounds is a training run in rounds after DiLoCo (arXiv 2311.08105), as its driver
// sees it: every shard takes inner steps from the weights of the round before, and the
// outer step makes the weights of the round from theirs.
type rounds struct {
	job   *trainJob
	files runFiles
	out   io.Writer // a line for each round

	// shards trains all shards of a round that are not done yet.
	shards func(ctx context.Context, round int) error
}

// run does the rounds that are not done yet. A round is done when its weights are in
// the folder; until then it can be run again, with the same bits.
func (r *rounds) run(ctx context.Context, start *nn.Model) error {
	done, err := r.files.lastRound()
	if err != nil {
		return err
	}
	if done < 0 {
		if err := saveRound(r.files.weights(0), start, nil, tally{}); err != nil {
			return err
		}
		done = 0
	}
	for round := done + 1; round <= r.job.Rounds; round++ {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := r.shards(ctx, round); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := r.finish(round); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	m, err := reread.Load(r.files.weights(r.job.Rounds))
	if err != nil {
		return err
	}
	return m.Save(r.files.model())
}

// finish takes the outer step of a round. What its shards began from is of no more use
// then.
func (r *rounds) finish(round int) error {
	sum, err := r.tally(round)
	if err != nil {
		return err
	}
	if err := r.outerStep(round, sum); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "round %d of %d: loss %.4f, %.1f %% of cells and %.1f %% of puzzles right\n",
		round, r.job.Rounds, sum.Loss/float64(r.job.Shards), 100*sum.Cells/max(sum.Halted, 1), 100*sum.Exact/max(sum.Halted, 1))
	for shard := range r.job.Shards {
		for _, path := range []string{r.files.checkpoint(round-1, shard), r.files.tally(round-1, shard)} {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
	}
	return nil
}

// tally adds up what the shards of a round have counted.
func (r *rounds) tally(round int) (tally, error) {
	var all tally
	for shard := range r.job.Shards {
		t, err := readTally(r.files.tally(round, shard))
		if err != nil {
			return all, err
		}
		all.add(t)
	}
	return all, nil
}
