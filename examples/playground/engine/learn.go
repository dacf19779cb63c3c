package engine

import (
	"context"
	"math/rand/v2"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/train"
	"github.com/rereadml/reread/trm"
)

const (
	heldPuzzles  = 100 // that the network is asked and never learns from
	shownPuzzles = 6   // of them
	askEvery     = 16  // steps of training
)

// networkEvent says what begins to learn.
type networkEvent struct {
	Weights int    `json:"weights"`
	Steps   uint64 `json:"steps"` // of training
	Held    int    `json:"held"`  // puzzles that it is asked now and then
}

// lossEvent is a step of training.
type lossEvent struct {
	Step uint64  `json:"step"`
	Loss float64 `json:"loss"` // cross entropy of a cell, in nats
}

// answersEvent is what the network makes of the puzzles that are held back.
type answersEvent struct {
	Step   uint64        `json:"step"`
	Right  int           `json:"right"`
	Boards []boardAnswer `json:"boards"` // of the first
}

// boardAnswer is the answer to a small Sudoku.
type boardAnswer struct {
	Question string `json:"question"`
	Solution string `json:"solution"`
	Answer   string `json:"answer"`
	Chances  []byte `json:"chances"` // of the digits of the answer, in 255ths
}

// smallNetwork is [trm.SudokuUnits] for small Sudokus, with very few weights.
func smallNetwork(seed uint64) (*nn.Model, error) {
	return trm.New(trm.Config{Arch: nn.Arch{
		SeqLen: smallCells, VocabSize: smallVocab, Values: smallSide, FirstValue: 2, Units: nn.GridUnits(2, 2),
		HiddenSize: 8, Expansion: 4, IntermediateSize: 16, NumHeads: 1, LLayers: 1,
		HCycles: 1, LCycles: 2,
		PosEncodings: nn.PosNone, LossType: nn.LossSoftmax,
		HaltMaxSteps: 8, HaltExplorationProb: 0.1,
	}}, rand.New(rand.NewPCG(seed, 1)))
}

func smallTraining(seed uint64) train.Config {
	return train.Config{
		BatchSize: 16, Steps: 240,
		Optimizer: train.Muon, MuonLR: 0.02, MuonMomentum: 0.9, MuonDecay: 1e-4,
		LR: 1e-3, WarmupSteps: 20, Beta1: 0.9, Beta2: 0.95, ClipNorm: 1,
		EMARate: 0.99, EMAWarmup: true, Stagger: true, Linger: 1, Seed: seed,
	}
}

// learn trains a small network from nothing. Another seed gives it other weights
// to begin with and other puzzles.
func learn(ctx context.Context, seed uint64, emit Emit) error {
	model, err := smallNetwork(seed)
	if err != nil {
		return err
	}
	learned, held := splitGrids()
	settings := smallTraining(seed)
	trainer, err := train.New(model, &smallFeed{learned, seed}, settings, train.Options{})
	if err != nil {
		return err
	}
	defer trainer.Close()
	if err := emit("network", networkEvent{model.Params().Count(), settings.Steps, heldPuzzles}); err != nil {
		return err
	}
	exam := newExam(&smallFeed{held, 0})
	return trainer.Run(ctx, train.RunOptions{OnStep: func(r *train.Report) error {
		if err := emit("loss", lossEvent{r.Step, r.Metrics.LMLoss / float64(r.BatchSize)}); err != nil {
			return err
		}
		if r.Step%askEvery != 0 {
			return nil
		}
		return trainer.WithEMA(func() error { return exam.ask(ctx, model, r.Step, emit) })
	}})
}

// exam is the puzzles that are held back.
type exam struct {
	puzzles []smallPuzzle
	tokens  []reread.Puzzle
}

func newExam(f *smallFeed) *exam {
	e := new(exam)
	for n := range uint64(heldPuzzles) {
		p := f.at(n)
		e.puzzles = append(e.puzzles, p)
		e.tokens = append(e.tokens, reread.Puzzle{Tokens: p.question.appendTokens(nil)})
	}
	return e
}

// ask has a network answer all puzzles.
func (e *exam) ask(ctx context.Context, m *nn.Model, step uint64, emit Emit) error {
	answers, err := reread.Solve(ctx, m, e.tokens, nil)
	if err != nil {
		return err
	}
	event := answersEvent{Step: step}
	for i, a := range answers {
		p := &e.puzzles[i]
		b := boardAnswer{Question: p.question.String(), Solution: p.solution.String(), Answer: smallFromTokens(a.Tokens).String()}
		if b.Answer == b.Solution {
			event.Right++
		}
		if i < shownPuzzles {
			for _, c := range a.Confidence {
				b.Chances = append(b.Chances, byte(255*c))
			}
			event.Boards = append(event.Boards, b)
		}
	}
	return emit("answers", event)
}

// smallFromTokens reads the grid that tokens stand for; padding is a blank.
func smallFromTokens(tokens []int32) *smallGrid {
	var g smallGrid
	for i, t := range tokens {
		g[i] = uint8(max(t, 1) - 1)
	}
	return &g
}
