package trm_test

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// The nodes of the graph are the corners of a cube: an edge joins two that differ
// in one bit. Token 0 is a node without colour, 1 to 3 are the colours.
const nodes, directions, colours, blank = 8, 3, 3, 0

// around returns the colours of a node's neighbours, as a mask of tokens.
func around(tokens []int32, node int) (mask uint) {
	for d := range directions {
		mask |= 1 << tokens[node^1<<d]
	}
	return mask &^ (1 << blank)
}

// keeps reports whether an answer colours all nodes, as the puzzle has them, and
// neighbours differently.
func keeps(p reread.Puzzle, answer []int32) bool {
	for node, token := range answer {
		given := p.Tokens[node]
		if token == blank || given != blank && given != token || around(answer, node)&(1<<token) != 0 {
			return false
		}
	}
	return true
}

// cubes is a feed of graphs to colour: another number, other graphs.
type cubes uint64

// At makes graph n of a random colouring, of which it takes the colour of each node
// whose neighbours still tell it.
func (c cubes) At(n uint64, inputs, labels []int32) (int32, error) {
	rng := rand.New(rand.NewPCG(uint64(c), n))
	for !colour(labels, rng) {
	}
	copy(inputs, labels)
	for _, node := range rng.Perm(nodes) {
		if bits.OnesCount(around(inputs, node)) == colours-1 {
			inputs[node] = blank
		}
	}
	return 0, nil
}

// colour draws a colour for each node in turn, until one has none left.
func colour(tokens []int32, rng *rand.Rand) bool {
	clear(tokens)
	for node := range tokens {
		taken := around(tokens, node)
		if bits.OnesCount(taken) == colours {
			return false
		}
		for tokens[node] == blank {
			if t := 1 + rng.Int32N(colours); taken&(1<<t) == 0 {
				tokens[node] = t
			}
		}
	}
	return true
}

// cubeUnits returns the edges, for each colour, and what the colours of a node are.
// Edges that meet are of different kinds, here those of each direction.
func cubeUnits() nn.Units {
	units := make(nn.Units, directions+1)
	for node := range nodes {
		var own []int
		for c := range colours {
			own = append(own, c*nodes+node)
			for d := range directions {
				if other := node ^ 1<<d; node < other {
					units[d] = append(units[d], []int{c*nodes + node, c*nodes + other})
				}
			}
		}
		units[directions] = append(units[directions], own)
	}
	return units
}

// A model learns to colour graphs. Its state has a vector for each colour of each
// node, and it is told by units which of them bear on each other, but not how.
func ExampleConfig_units() {
	ctx := context.Background()
	model, err := trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: nodes, VocabSize: 1 + colours, Values: colours, FirstValue: 1, Units: cubeUnits(),
		HiddenSize: 32, Expansion: 1, IntermediateSize: 64, LLayers: 1, HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosNone, LossType: nn.LossSoftmax, HaltMaxSteps: 4, HaltExplorationProb: 0.1,
	}}, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	settings := train.Laptop()
	settings.BatchSize, settings.Steps, settings.WarmupSteps = 32, 60, 10
	trainer, err := train.New(model, cubes(1), settings, train.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer trainer.Close()
	if err := trainer.Run(ctx, train.RunOptions{}); err != nil {
		fmt.Println(err)
		return
	}

	unseen := make([]reread.Puzzle, 50)
	for i := range unseen {
		unseen[i].Tokens = make([]int32, nodes)
		if _, err := cubes(2).At(uint64(i), unseen[i].Tokens, make([]int32, nodes)); err != nil {
			fmt.Println(err)
			return
		}
	}
	answers, err := reread.Solve(ctx, model, unseen, &reread.Options{Accept: keeps})
	if err != nil {
		fmt.Println(err)
		return
	}
	accepted := 0
	for _, a := range answers {
		if a.Accepted {
			accepted++
		}
	}
	fmt.Println("coloured more than 45 of 50:", accepted > 45)
	// Output:
	// coloured more than 45 of 50: true
}
