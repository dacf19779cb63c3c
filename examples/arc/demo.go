package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rereadml/reread/data/arc"
)

const demoText = `Tasks that this program makes, the first of each kind. The model has %d
weights, and %d for each image of a task, that is the task with colours and
sides exchanged. It was trained on the examples of these and other tasks; the
test inputs are new to it. Its answers in %d images, turned back, are votes:
the two grids of most votes are the attempts. '!' is in cells that are wrong.

`

// demo shows how the model in the program solves the first task of each kind.
func (p *program) demo(ctx context.Context) error {
	w, err := openWeights("")
	if err != nil {
		return err
	}
	defer w.Close()
	made := source{Tasks: madeTasks, Augmentations: madeAugmentations, Seed: madeSeed}
	set, err := made.open()
	if err != nil {
		return err
	}
	shown := len(families)
	asked, err := questions(set, func(task int) bool { return task < shown })
	if err != nil {
		return err
	}
	j, err := newJudge(w, set, asked)
	if err != nil {
		return err
	}
	a := j.model.Arch()
	fmt.Fprintf(p.stdout, demoText, j.model.Params().Count(), a.PuzzleEmbNDim, len(asked)/shown)
	if err := j.vote(ctx, asked); err != nil {
		return err
	}
	solved := 0
	for i := range set.Tasks[:shown] {
		right, err := p.demoTask(&set.Tasks[i], j.votes)
		if err != nil {
			return err
		}
		if right {
			solved++
		}
	}
	_, err = fmt.Fprintf(p.stdout, "solved %d of %d tasks; \"arc eval\" answers all %d\n", solved, shown, len(set.Tasks))
	return err
}

// attempts is how many answers to a test pair count.
const attempts = 2

// demoTask shows a task and what came of it.
func (p *program) demoTask(t *arc.Task, votes *arc.Votes) (right bool, err error) {
	answers, err := votes.Ranking(t.ID, 0)
	if err != nil {
		return false, err
	}
	answers = answers[:min(attempts, len(answers))]
	says := verdict(t.Test[0], answers)
	fmt.Fprintf(p.stdout, "%s: %s\n", t.ID, says)
	if err := drawRule(p.stdout, t, 2); err != nil {
		return false, err
	}
	if err := drawTest(p.stdout, t, 0, answers); err != nil {
		return false, err
	}
	_, err = fmt.Fprintln(p.stdout)
	return strings.HasPrefix(says, "right"), err
}

// newJudge returns a judge whose model has the rows of some questions alone.
func newJudge(w *weights, set *arc.Set, asked []question) (*judge, error) {
	j := &judge{set: set, ids: identifiers(asked)}
	if err := w.checkPuzzles(set); err != nil {
		return nil, err
	}
	var err error
	if j.model, err = w.selected(set, j.ids, 0); err != nil {
		return nil, err
	}
	j.votes, err = arc.NewVotes(set.Tasks, set.Canvas, "")
	return j, err
}
