package arc_test

import (
	"fmt"
	"os"

	"github.com/rereadml/reread/data/arc"
)

// A model answers a task, which asks to exchange left and right, under three
// augmentations. Two shards of the run take the votes.
func ExampleVotes() {
	row := func(cells ...uint8) arc.Grid { return arc.Grid{Rows: 1, Cols: len(cells), Cells: cells} }
	tasks := []arc.Task{{ID: "mirror", Test: []arc.Pair{{Input: row(1, 2, 3), Output: row(3, 2, 1)}}}}
	canvas := arc.Canvas{Side: 4}

	identity := arc.Identity()
	turned := arc.Transform{Dihedral: 2, Colours: identity.Colours}
	recoloured := arc.Transform{Colours: [arc.Colours]uint8{0, 2, 1, 3, 4, 5, 6, 7, 8, 9}}
	shards := make([]*arc.Votes, 2)
	for i := range shards {
		var err error
		if shards[i], err = arc.NewVotes(tasks, canvas, "model 1"); err != nil {
			fmt.Println(err)
			return
		}
	}
	for i, p := range []struct {
		transform arc.Transform
		answer    arc.Grid
		halt      float32
	}{
		{identity, row(3, 3, 3), 4},
		{turned, row(1, 2, 3), 1},
		{recoloured, row(3, 1, 2), -1},
	} {
		input, answer := make([]int32, canvas.SeqLen()), make([]int32, canvas.SeqLen())
		err := canvas.Tokens(input, p.transform.Apply(tasks[0].Test[0].Input), 0, 0)
		if err == nil {
			err = canvas.Tokens(answer, p.answer, 0, 0)
		}
		if err == nil {
			err = shards[i%2].Add(arc.Prediction{
				Index: i, ID: p.transform.ID("mirror", arc.StyleTRM), Input: input, Answer: answer, Halt: p.halt,
			})
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}

	votes := shards[0]
	if err := votes.Merge(shards[1]); err != nil {
		fmt.Println(err)
		return
	}
	ranking, err := votes.Ranking("mirror", 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range ranking {
		fmt.Printf("%v %d %.3f\n", v.Answer.Cells, v.Count, v.Confidence())
	}
	score, err := votes.Score(1, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range score.Pass {
		fmt.Printf("pass@%d %.0f%%\n", p.K, 100*p.Mean)
	}
	if err := arc.WriteSubmission(os.Stdout, votes); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [3 2 1] 2 0.500
	// [3 3 3] 1 0.982
	// pass@1 100%
	// pass@2 100%
	// {"mirror":[{"attempt_1":[[3,2,1]],"attempt_2":[[3,3,3]]}]}
}
