package train_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// sorting is a task of our own: eight digits, whose answer is the same digits
// in ascending order. It is all that training needs to know of a task.
type sorting struct {
	seed  uint64 // another seed, other rows
	count int
}

var _ data.Rows = sorting{}

const (
	digits = 8  // cells of a row
	values = 10 // tokens
)

func (s sorting) Len() int        { return s.count }
func (sorting) SeqLen() int       { return digits }
func (sorting) VocabSize() int    { return values }
func (sorting) NumPuzzleIDs() int { return 1 }

// Row makes row i from the seed and i alone, so that a run that is resumed
// sees the rows of one that was not. There is nothing to augment.
func (s sorting) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	rng := rand.New(rand.NewPCG(s.seed, uint64(i)))
	for cell := range inputs {
		inputs[cell] = int32(rng.IntN(values))
	}
	copy(labels, inputs)
	slices.Sort(labels)
	return 0, nil
}

// sortingModel returns a fresh model of some thirty thousand weights. Two
// supervision steps are enough for digits; half of the rows take both of them
// in training even where the model halts after one.
func sortingModel() (*nn.Model, error) {
	return trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: digits, VocabSize: values,
		HiddenSize: 32, Expansion: 1, NumHeads: 4, LLayers: 1, HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosLearned, LossType: nn.LossSoftmax,
		HaltMaxSteps: 2, HaltExplorationProb: 0.5,
	}}, rand.New(rand.NewPCG(1, 2)))
}

// sortingSettings are for a laptop: a small batch, a high rate and gradients
// that are clipped.
func sortingSettings() train.Config {
	return train.Config{
		BatchSize: 16, Steps: 1200,
		LR: 4e-3, LRMinRatio: 0.05, WarmupSteps: 100, WeightDecay: 0.1, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		EMARate: 0.99, Seed: 3,
	}
}

// solved counts the rows of which the model gets every cell right.
func solved(ctx context.Context, m *nn.Model, rows data.Rows) (int, error) {
	puzzles, labels := make([]reread.Puzzle, rows.Len()), make([][]int32, rows.Len())
	for i := range puzzles {
		puzzles[i].Tokens, labels[i] = make([]int32, rows.SeqLen()), make([]int32, rows.SeqLen())
		if _, err := rows.Row(i, nil, puzzles[i].Tokens, labels[i]); err != nil {
			return 0, err
		}
	}
	answers, err := reread.Solve(ctx, m, puzzles, nil)
	right := 0
	for i, a := range answers {
		if slices.Equal(a.Tokens, labels[i]) {
			right++
		}
	}
	return right, err
}

// A task of one's own needs an implementation of data.Rows. Here a small model
// learns to sort in a few seconds, from rows each of which it sees once, and is
// then asked to sort rows that it has never seen.
func Example_sorting() {
	ctx := context.Background()
	model, err := sortingModel()
	if err != nil {
		fmt.Println(err)
		return
	}
	feed, err := data.NewSampler(sorting{seed: 1, count: 50_000}, 7)
	if err != nil {
		fmt.Println(err)
		return
	}
	trainer, err := train.New(model, feed, sortingSettings(), train.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer trainer.Close()
	if err := trainer.Run(ctx, train.RunOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	err = trainer.WithEMA(func() error { // the averaged weights are the better ones
		right, err := solved(ctx, model, sorting{seed: 2, count: 100})
		fmt.Println("solved more than 95 of 100 unseen:", right > 95)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// solved more than 95 of 100 unseen: true
}
