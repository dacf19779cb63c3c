package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/internal/flops"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

// timing is what a puzzle-step of a TRM takes: a supervision step of one puzzle.
type timing struct {
	positions         int
	mlp               bool
	parameters        int
	work              flops.Step
	tape              int // numbers kept of a puzzle for the backward pass
	forward, training time.Duration
}

// mixing is that of the positions.
func (t *timing) mixing() string {
	if t.mlp {
		return "MLP"
	}
	return "attention"
}

// timeMixing times both ways to mix positions at every number of them, and returns
// the times that there are before an error.
func timeMixing(ctx context.Context, f *flags, progress io.Writer) ([]*timing, error) {
	var all []*timing
	for _, positions := range f.positions {
		for _, mlp := range []bool{true, false} {
			t, err := timeOne(ctx, f, positions, mlp)
			if err != nil {
				return all, err
			}
			fmt.Fprintf(progress, "%d positions, %s: %.3g ms forward, %.3g ms in training\n", positions, t.mixing(), ms(t.forward), ms(t.training))
			all = append(all, t)
			debug.FreeOSMemory()
		}
	}
	return all, nil
}

// tokens is the vocabulary of the timed models, on which the time does not depend.
const tokens = 11

func timeOne(ctx context.Context, f *flags, positions int, mlp bool) (*timing, error) {
	c := trm.Config{MLPT: mlp, Arch: nn.Arch{
		SeqLen: positions, VocabSize: tokens,
		HiddenSize: f.width, Expansion: 4, NumHeads: max(1, f.width/64), LLayers: 2, HCycles: 1, LCycles: 3,
		PosEncodings: nn.PosRoPE, LossType: nn.LossSoftmax, HaltMaxSteps: 16,
	}}
	model, err := trm.New(c, rand.New(rand.NewPCG(f.seed, weightStream)))
	if err != nil {
		return nil, err
	}
	t := &timing{positions: positions, mlp: mlp, parameters: model.Params().Count(), work: flops.TRM(&c), tape: model.TapeSize()}
	// Enough puzzles that positions fill the matrix products and the cores.
	puzzles := f.workers * max(1, 128/positions)
	if t.forward, err = timeForward(ctx, f, model, puzzles); err != nil {
		return nil, err
	}
	t.training, err = timeTraining(ctx, f, model, puzzles)
	return t, err
}

func timeForward(ctx context.Context, f *flags, m *nn.Model, n int) (time.Duration, error) {
	solver, err := reread.NewSolver(m, &reread.Options{Steps: 1, Workers: f.workers})
	if err != nil {
		return 0, err
	}
	defer solver.Close()
	puzzles := make([]reread.Puzzle, n)
	feed := randomFeed{f.seed}
	for i := range puzzles {
		puzzles[i].Tokens = make([]int32, m.Arch().SeqLen)
		feed.fill(uint64(i), puzzles[i].Tokens)
	}
	return fastest(ctx, n, func() error {
		_, err := solver.Solve(ctx, puzzles)
		return err
	})
}

func timeTraining(ctx context.Context, f *flags, m *nn.Model, n int) (time.Duration, error) {
	c := train.Laptop()
	c.BatchSize, c.Seed = n, f.seed
	trainer, err := train.New(m, randomFeed{f.seed}, c, train.Options{Workers: f.workers})
	if err != nil {
		return 0, err
	}
	defer trainer.Close()
	return fastest(ctx, n, func() error {
		_, err := trainer.Step()
		return err
	})
}

// fastest is the shortest time of several runs over n puzzles, by puzzle: other
// programs and cold caches only ever make one longer. There are at least two runs,
// and more for a second.
func fastest(ctx context.Context, n int, run func() error) (time.Duration, error) {
	var best time.Duration
	start := time.Now()
	for i := 0; i < 2 || time.Since(start) < time.Second; i++ {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		begin := time.Now()
		if err := run(); err != nil {
			return 0, err
		}
		if took := time.Since(begin); i == 0 || took < best {
			best = took
		}
	}
	return best / time.Duration(n), nil
}

// randomFeed has random tokens and no task: only time is of interest.
type randomFeed struct{ seed uint64 }

// At implements [train.Feed].
func (r randomFeed) At(n uint64, inputs, labels []int32) (int32, error) {
	r.fill(n, inputs)
	copy(labels, inputs)
	return 0, nil
}

func (r randomFeed) fill(n uint64, inputs []int32) {
	rng := rand.New(rand.NewPCG(r.seed+n, timingStream))
	for i := range inputs {
		inputs[i] = rng.Int32N(tokens)
	}
}

// writeTimings writes what all took, and where which of the two is ahead.
func writeTimings(w io.Writer, f *flags, all []*timing) error {
	fmt.Fprintf(w, "A puzzle-step of TRM with %d channels, by what mixes the positions.\n\n", f.width)
	t := table{words: 0}
	t.add("positions", "mixing", "parameters", "MFLOP, forward", "MFLOP, training", "ms, forward", "ms, training", "MB of a puzzle in training")
	for _, x := range all {
		t.add(strconv.Itoa(x.positions), x.mixing(), strconv.Itoa(x.parameters),
			decimal(x.work.Forward/1e6, 0), decimal(x.work.Training/1e6, 0),
			decimal(ms(x.forward), 2), decimal(ms(x.training), 2), decimal(float64(x.tape)*4/1e6, 1))
	}
	if err := t.write(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, turns(all))
	return err
}

// turns says which way to mix is ahead at each number of positions, all of which
// have both times, but for the last.
func turns(all []*timing) string {
	text := ""
	for i := 0; i+1 < len(all); i += 2 {
		mlp, attention := all[i], all[i+1]
		text += fmt.Sprintf("- At %d positions the MLP takes %.2f times the operations of attention, %.2f times its time forward and %.2f times in training, and has %.2f times its parameters.\n",
			mlp.positions, mlp.work.Forward/attention.work.Forward,
			ms(mlp.forward)/ms(attention.forward), ms(mlp.training)/ms(attention.training),
			float64(mlp.parameters)/float64(attention.parameters))
	}
	return text
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
