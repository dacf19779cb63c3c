// Threelevels defines a model that package reread does not have, a hierarchical
// reasoning model with three levels instead of two, and trains it to sort
// digits, in float32 and in bfloat16.
//
// model.go is all that the model takes: the engine derives training, both
// precisions, checkpoints and the export to ONNX from its recursion.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
)

func main() {
	steps := flag.Uint64("steps", 1500, "training steps at each precision")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, p := range []nn.Precision{nn.FP32, nn.BF16} {
		if err := run(ctx, os.Stdout, p, *steps); err != nil {
			log.Fatal(err)
		}
	}
}

// small is a model that learns within a minute.
func small() Config {
	return Config{
		Arch: nn.Arch{
			SeqLen: cells, VocabSize: digits, HiddenSize: 64, Expansion: 2, NumHeads: 4,
			HLayers: 1, LLayers: 1, HCycles: 2, LCycles: 2, PosEncodings: nn.PosRoPE,
			HaltMaxSteps: 4, HaltExplorationProb: 0.1, LossType: nn.LossSoftmax,
		},
		MCycles: 2, MLayers: 1,
	}
}

func settings(p nn.Precision, steps uint64) train.Config {
	c := train.Published()
	c.BatchSize, c.Steps, c.Precision = 32, steps, p
	c.LR, c.LRMinRatio, c.WarmupSteps, c.WeightDecay, c.EMARate = 2e-3, 0.1, 50, 0.1, 0
	return c
}

// run trains a model and shows what it has learned.
func run(ctx context.Context, out io.Writer, p nn.Precision, steps uint64) error {
	m, err := New(small(), rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		return err
	}
	t, err := train.New(m, sorting{seed: 1}, settings(p, steps), train.Options{})
	if err != nil {
		return err
	}
	defer t.Close()
	fmt.Fprintf(out, "%s: %d parameters, trained to sort %d digits\n", p, m.Params().Count(), cells)
	if err := t.Run(ctx, train.RunOptions{OnStep: func(r *train.Report) error { return progress(out, r) }}); err != nil {
		return err
	}
	if err := measure(ctx, out, m); err != nil {
		return err
	}
	return think(ctx, out, m)
}

func progress(out io.Writer, r *train.Report) error {
	if r.Step%max(r.Steps/4, 1) != 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "  step %4d: loss %.3f\n", r.Step, r.Metrics.LMLoss/float64(r.BatchSize))
	return err
}

// measure answers sequences that training has not shown.
func measure(ctx context.Context, out io.Writer, m *nn.Model) error {
	const n = 500
	puzzles, sorted := sorting{seed: 2}.puzzles(n)
	answers, err := reread.Solve(ctx, m, puzzles, nil)
	if err != nil {
		return err
	}
	right := 0
	for i, a := range answers {
		if slices.Equal(a.Tokens, sorted[i]) {
			right++
		}
	}
	_, err = fmt.Fprintf(out, "  %d of %d new sequences sorted\n", right, n)
	return err
}

// think shows what the heads read off the two slow states as they are updated in
// the first supervision step.
func think(ctx context.Context, out io.Writer, m *nn.Model) error {
	puzzles, _ := sorting{seed: 3}.puzzles(1)
	fmt.Fprintf(out, "  reads  %v\n", puzzles[0].Tokens)
	for step, err := range reread.Think(ctx, m, puzzles[0], &reread.Options{Steps: 1, Updates: true}) {
		if err != nil {
			return err
		}
		if step.State == "z_2" || step.State == "z_3" {
			fmt.Fprintf(out, "  %s says %v\n", step.State, step.Tokens)
		}
	}
	return nil
}
