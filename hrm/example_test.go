package hrm_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
)

// A tiny model for puzzles of 4 x 4 cells with tokens 0 to 4, fresh and
// untrained, looks at one puzzle for three supervision steps.
func Example() {
	model, err := hrm.New(hrm.Config{Arch: nn.Arch{
		SeqLen: 16, VocabSize: 5,
		HiddenSize: 32, Expansion: 4, NumHeads: 4, HLayers: 2, LLayers: 2,
		HCycles: 2, LCycles: 2, // slow updates, and fast ones for each of them
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 16,
	}}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.Params().Count(), "parameters")

	puzzle := []int32{
		1, 0, 0, 4,
		0, 4, 1, 0,
		0, 1, 4, 0,
		4, 0, 0, 1,
	}
	group, worker := model.NewGroup(1, false), model.NewWorker(1, 1)
	defer worker.Close()
	copy(group.Inputs, puzzle) // there is no embedding of puzzle identifiers
	for step := range 3 {
		if err := worker.Step(group); err != nil {
			fmt.Println(err)
			return
		}
		out := group.Answer()
		var answer []int
		for cell := range puzzle {
			answer = append(answer, nn.ArgMax(out.Logits[cell*5:(cell+1)*5]))
		}
		fmt.Printf("step %d: %d cells answered, rather stop than go on: %v\n", step+1, len(answer), model.Margin(out.Q[0], out.Q[1]) > 0)
	}
	// Output:
	// 115074 parameters
	// step 1: 16 cells answered, rather stop than go on: false
	// step 2: 16 cells answered, rather stop than go on: false
	// step 3: 16 cells answered, rather stop than go on: false
}
