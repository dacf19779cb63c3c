package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/rereadml/reread/data"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

type sorting struct{ n int; seed uint64 }

func (s sorting) Len() int          { return s.n }
func (s sorting) SeqLen() int       { return 8 }
func (s sorting) VocabSize() int    { return 10 }
func (s sorting) NumPuzzleIDs() int { return 1 }
func (s sorting) Row(i int, _ *rand.Rand, inputs, labels []int32) (int32, error) {
	rng := rand.New(rand.NewPCG(s.seed, uint64(i)))
	for c := range inputs {
		inputs[c] = int32(rng.IntN(10))
	}
	copy(labels, inputs)
	slices.Sort(labels)
	return 0, nil
}

func main() {
	arg := func(i int, d float64) float64 {
		if len(os.Args) > i {
			f, err := strconv.ParseFloat(os.Args[i], 64)
			if err != nil { panic(err) }
			return f
		}
		return d
	}
	hidden, mlp, steps, lr, batch, hc, lc, layers, ponder, exp := int(arg(1, 32)), arg(2, 1) > 0, int(arg(3, 1000)), arg(4, 3e-3), int(arg(5, 32)), int(arg(6, 1)), int(arg(7, 2)), int(arg(8, 1)), int(arg(9, 4)), arg(10, 1)
	pos := nn.PosLearned
	if mlp { pos = nn.PosNone }
	m, err := trm.New(trm.Config{MLPT: mlp, Arch: nn.Arch{
		SeqLen: 8, VocabSize: 10, HiddenSize: hidden, Expansion: exp, NumHeads: 4, LLayers: layers, HCycles: hc, LCycles: lc,
		PosEncodings: pos, HaltMaxSteps: ponder, HaltExplorationProb: 0.1, LossType: nn.LossSoftmax,
	}}, rand.New(rand.NewPCG(1, 2)))
	if err != nil { panic(err) }
	feed, _ := data.NewSampler(sorting{100000, 1}, 3)
	cfg := train.Config{
		BatchSize: batch, Steps: uint64(steps),
		LR: lr, LRMinRatio: 0.05, WarmupSteps: 100, WeightDecay: 0.1, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		PuzzleLR: 1e-3, PuzzleWeightDecay: 0.1, EMARate: 0.99,
	}
	start := time.Now()
	t, err := train.New(m, feed, cfg, train.Options{Workers: 2})
	if err != nil { panic(err) }
	test := sorting{1000, 2}
	for t.StepsDone() < cfg.Steps {
		mt, err := t.Step()
		if err != nil { panic(err) }
		if t.StepsDone()%(cfg.Steps/5) == 0 {
			t.WithEMA(func() error {
				fmt.Println(t.StepsDone(), time.Since(start), mt.LMLoss/float64(batch), "solved of 1000:", eval(m, test))
				return nil
			})
		}
	}
	fmt.Println(m.Params().Count(), os.Args)
}

func eval(m *nn.Model, set data.Rows) int {
	w := m.NewWorker(8, 1)
	right := 0
	for i := 0; i < set.Len(); i += 8 {
		g := m.NewGroup(8, false)
		labels := make([]int32, 64)
		for j := range 8 {
			set.Row(i+j, nil, g.Inputs[8*j:8*j+8], labels[8*j:8*j+8])
		}
		for range m.Arch().HaltMaxSteps { w.Step(g) }
		for j := range 8 {
			ok := true
			for c := 8 * j; c < 8*j+8; c++ { ok = ok && nn.ArgMax(g.Answer().Logits[c*10:c*10+10]) == int(labels[c]) }
			if ok { right++ }
		}
	}
	return right
}
