package main

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data/arc"
	"github.com/rereadml/reread/internal/command"
	"github.com/rereadml/reread/nn"
)

// question is a row to be answered.
type question struct {
	row int
	id  int32 // of the puzzle, in the set
}

// questions returns the rows of the tasks that a test picks, with their identifiers.
func questions(set *arc.Set, picked func(task int) bool) ([]question, error) {
	number := make(map[string]int, len(set.Tasks))
	for i := range set.Tasks {
		number[set.Tasks[i].ID] = i
	}
	inputs, labels := make([]int32, set.Canvas.SeqLen()), make([]int32, set.Canvas.SeqLen())
	var asked []question
	for row := range set.Test.Len() {
		id, err := set.Test.Row(row, nil, inputs, labels)
		if err != nil {
			return nil, err
		}
		name, _, err := arc.ParseID(set.Identifiers[id])
		if err != nil {
			return nil, err
		}
		task, ok := number[name]
		if !ok {
			return nil, command.BadInput("row %d is of task %.60q, which is none of the tasks to be solved", row, name)
		}
		if picked(task) {
			asked = append(asked, question{row, id})
		}
	}
	return asked, nil
}

// identifiers returns those of questions in ascending order.
func identifiers(asked []question) []int32 {
	ids := make([]int32, len(asked))
	for i, q := range asked {
		ids[i] = q.id
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// judge has models answer the rows of a set, of which all images of a task are views,
// and collects the votes.
type judge struct {
	set   *arc.Set
	model *nn.Model
	ids   []int32 // of the model's rows, ascending
	steps int
	votes *arc.Votes
	done  func(n int) // called after each answer
}

// vote answers questions, in their order, with no more memory than a few of them take.
func (j *judge) vote(ctx context.Context, asked []question) error {
	inputs, labels := make([]int32, j.set.Canvas.SeqLen()), make([]int32, j.set.Canvas.SeqLen())
	var failed error
	puzzles := iter.Seq[reread.Puzzle](func(yield func(reread.Puzzle) bool) {
		inputs, labels := slices.Clone(inputs), slices.Clone(labels)
		for _, q := range asked {
			if _, failed = j.set.Test.Row(q.row, nil, inputs, labels); failed != nil {
				return
			}
			id, _ := slices.BinarySearch(j.ids, q.id)
			if !yield(reread.Puzzle{Tokens: inputs, ID: int32(id)}) {
				return
			}
		}
	})
	n := 0
	for answer, err := range reread.Stream(ctx, j.model, puzzles, &reread.Options{Steps: j.steps}) {
		if err != nil {
			return err
		}
		q := asked[n]
		if _, err := j.set.Test.Row(q.row, nil, inputs, labels); err != nil {
			return err
		}
		if err := j.votes.Add(arc.Prediction{
			Index: q.row, ID: j.set.Identifiers[q.id], Input: inputs, Answer: answer.Tokens, Halt: answer.Margin,
		}); err != nil {
			return err
		}
		n++
		if j.done != nil {
			j.done(n)
		}
	}
	if failed == nil && n < len(asked) {
		failed = fmt.Errorf("%d of %d rows were answered", n, len(asked))
	}
	return failed
}
