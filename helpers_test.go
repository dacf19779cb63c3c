package reread_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rereadml/reread"
	"github.com/rereadml/reread/hrm"
	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/trm"
)

// smallArch is an architecture of 16 cells that takes microseconds.
func smallArch() nn.Arch {
	return nn.Arch{
		SeqLen: 16, VocabSize: 5, NumPuzzleIdentifiers: 4, PuzzleEmbNDim: 17,
		HiddenSize: 12, Expansion: 4, NumHeads: 3, HLayers: 1, LLayers: 1, HCycles: 2, LCycles: 2,
		PosEncodings: nn.PosRoPE, HaltMaxSteps: 4,
	}
}

// models are one of each family, whose halting values differ by puzzle and
// step.
func models(t *testing.T) map[string]*nn.Model {
	t.Helper()
	out := map[string]*nn.Model{}
	for name, cfg := range map[string]reread.Config{
		"trm": trm.Config{Arch: smallArch()}, "hrm": hrm.Config{Arch: smallArch()},
		"trm softmax, single latent": trm.Config{Arch: func() nn.Arch { a := smallArch(); a.LossType = nn.LossSoftmax; return a }(), SingleLatent: true},
	} {
		d, err := cfg.Design()
		require.NoError(t, err)
		m, err := nn.New(d, rand.New(rand.NewPCG(1, 2)))
		require.NoError(t, err)
		rng := rand.New(rand.NewPCG(3, 4))
		for _, p := range m.Params().All() {
			if p.Name == "q_head.weight" {
				for i := range p.Value.Data() {
					p.Value.Data()[i] = float32(rng.NormFloat64())
				}
			}
			if p.Name == "q_head.bias" {
				clear(p.Value.Data())
			}
		}
		require.NoError(t, m.Pack(nn.FP32, false))
		out[name] = m
	}
	return out
}

// puzzles returns n puzzles for the small architecture.
func puzzles(n int) []reread.Puzzle {
	rng := rand.New(rand.NewPCG(5, 6))
	out := make([]reread.Puzzle, n)
	for i := range out {
		for range 16 {
			out[i].Tokens = append(out[i].Tokens, int32(rng.IntN(5)))
		}
		out[i].ID = int32(rng.IntN(4))
	}
	return out
}

// byHand answers a puzzle with one worker, step by step: the slow, obvious way.
func byHand(t *testing.T, m *nn.Model, p reread.Puzzle, o reread.Options) reread.Answer {
	t.Helper()
	w, g := m.NewWorker(1, 1), m.NewGroup(1, false)
	defer w.Close()
	copy(g.Inputs, p.Tokens)
	g.PuzzleIDs[0] = p.ID
	steps := o.Steps
	if steps == 0 {
		steps = m.Arch().HaltMaxSteps
	}
	for n := 1; ; n++ {
		require.NoError(t, w.Step(g))
		out := g.Answer()
		a := reread.Answer{
			Tokens: make([]int32, 16), Confidence: make([]float32, 16), Steps: n,
			Margin: m.Margin(out.Q[0], out.Q[1]),
		}
		m.Decode(out.Logits, a.Tokens, a.Confidence)
		a.Halted = a.Margin > 0
		a.Accepted = o.Accept != nil && o.Accept(p, a.Tokens)
		if n == steps || o.Halt && a.Halted || a.Accepted {
			return a
		}
	}
}

// pickyRule takes about a third of all answers.
func pickyRule(p reread.Puzzle, tokens []int32) bool {
	sum := int32(0)
	for c, t := range tokens {
		sum += int32(c+1) * (t + p.Tokens[c])
	}
	return sum%3 == 0
}

// clonePuzzles shares nothing with p.
func clonePuzzles(p []reread.Puzzle) []reread.Puzzle {
	out := slices.Clone(p)
	for i := range out {
		out[i].Tokens = slices.Clone(p[i].Tokens)
	}
	return out
}
