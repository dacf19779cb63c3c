package hrm_test

import (
	"context"
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
	load := func(i int, inputs []int32) (id int32, err error) {
		copy(inputs, puzzle)
		return 0, nil // there is no embedding of puzzle identifiers
	}
	visit := func(i, step int, logits []float32, qHalt, qContinue float32) (done bool) {
		var answer []int
		for cell := range puzzle {
			answer = append(answer, nn.ArgMax(logits[cell*5:(cell+1)*5]))
		}
		done = nn.Halts(model, qHalt, qContinue)
		fmt.Printf("step %d: %d cells answered, rather stop than go on: %v\n", step, len(answer), done)
		return done
	}
	if err := nn.Reason(context.Background(), model, 1, 3, 1, load, visit); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 115074 parameters
	// step 1: 16 cells answered, rather stop than go on: false
	// step 2: 16 cells answered, rather stop than go on: false
	// step 3: 16 cells answered, rather stop than go on: false
}
