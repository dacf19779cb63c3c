package arc_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/rereadml/reread/data/arc"
)

// An augmented task is another puzzle, and what a model answers there is taken back to
// the task before answers are compared.
func ExampleTransform() {
	g := arc.Grid{Rows: 2, Cols: 3, Cells: []uint8{
		0, 1, 2,
		3, 9, 5,
	}}
	task, t, err := arc.ParseID("8be77c9e|||t1|||0134256789")
	if err != nil {
		fmt.Println(err)
		return
	}
	image := t.Apply(g)
	for r := range image.Rows {
		fmt.Println(image.Cells[r*image.Cols:][:image.Cols])
	}
	fmt.Println(task, t.Undo(image).Equal(g))
	// Output:
	// [3 5]
	// [1 9]
	// [0 4]
	// 8be77c9e true
}

func ExampleCorpus() {
	const file = `{"mirror": {
		"train": [{"input": [[1, 2], [3, 4]], "output": [[2, 1], [4, 3]]}],
		"test": [{"input": [[5, 0, 0]], "output": [[0, 0, 5]]}]
	}}`
	tasks, err := arc.ReadChallenges(strings.NewReader(file), "mirror.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	config := arc.CorpusConfig{Canvas: arc.Canvas{Side: 4}, Augmentations: 3}
	corpus, err := arc.NewCorpus(nil, tasks, config, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	set := corpus.Set() // or corpus.WriteFolder(dir), then arc.OpenSet(dir)
	inputs, labels := make([]int32, set.Test.SeqLen()), make([]int32, set.Test.SeqLen())
	for i := range set.Test.Len() {
		id, err := set.Test.Row(i, nil, inputs, labels)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, t, err := arc.ParseID(set.Identifiers[id])
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(t.Undo(set.Canvas.Crop(labels)).Equal(tasks[0].Test[0].Output))
	}
	// Output:
	// true
	// true
	// true
	// true
}
