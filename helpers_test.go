package reread_test

import (
	"cmp"
	"hash/fnv"
	"math"
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
	first, rng, total, guessed := reread.Answer{}, drawsByHand(p, o.Seed), 0, []int(nil)
	for line := 1; ; line++ {
		var a reread.Answer
		for range steps {
			require.NoError(t, w.Step(g))
			total++
			out := g.Answer()
			a = reread.Answer{
				Tokens: make([]int32, 16), Confidence: make([]float32, 16), Steps: total, Lines: line,
				Margin: m.Margin(out.Q[0], out.Q[1]),
			}
			m.Decode(out.Logits, a.Tokens, a.Confidence)
			a.Halted = a.Margin > o.HaltMargin
			a.Accepted = o.Accept != nil && o.Accept(p, a.Tokens)
			if o.Halt && a.Halted || a.Accepted {
				return a
			}
		}
		if line == 1 {
			first = a
		}
		first.Steps, first.Lines = total, line
		if o.Guess == nil || line == cmp.Or(o.Guess.Lines, 32) {
			return first
		}
		if line == 1 {
			steps = cmp.Or(o.Guess.Steps, steps)
		}
		if len(guessed) == max(1, o.Guess.Depth) {
			if o.Guess.UndoLast {
				guessed = guessed[:len(guessed)-1]
			} else {
				guessed = nil
			}
		}
		for c := range g.Inputs {
			if !slices.Contains(guessed, c) {
				g.Inputs[c] = p.Tokens[c]
			}
		}
		if !slices.Contains(g.Inputs, o.Guess.Blank) {
			return first
		}
		cell := cellByHand(g.Inputs, a, o.Guess, rng)
		guessed = append(guessed, cell)
		probabilities := make([]float32, 16*5)
		m.Probabilities(g.Answer().Logits, probabilities)
		g.Inputs[cell] = valueByHand(probabilities[5*cell:5*cell+5], o.Guess, rng)
		if o.Guess.Restart {
			m.Reset(&g.Carry, 0)
		}
	}
}

// drawsByHand seeds the draws by the puzzle alone.
func drawsByHand(p reread.Puzzle, seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, digestByHand(p)))
}

// digestByHand tells puzzles apart.
func digestByHand(p reread.Puzzle) uint64 {
	h := fnv.New64a()
	for _, x := range append(slices.Clone(p.Tokens), p.ID) {
		h.Write([]byte{byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24)})
	}
	return h.Sum64()
}

// cellByHand chooses the cell of a guess.
func cellByHand(inputs []int32, a reread.Answer, guess *reread.Guess, rng *rand.Rand) int {
	var open []int
	for c, token := range inputs {
		if token == guess.Blank {
			open = append(open, c)
		}
	}
	if guess.AnyCell {
		return open[rng.IntN(len(open))]
	}
	least := open[0]
	for _, c := range open {
		if a.Confidence[c] < a.Confidence[least] {
			least = c
		}
	}
	return least
}

// valueByHand chooses the value of a guess.
func valueByHand(probabilities []float32, guess *reread.Guess, rng *rand.Rand) int32 {
	var values []int32
	var weights []float64
	most := float32(0)
	best := int32(0)
	for v, p := range probabilities {
		if int32(v) == guess.Blank {
			continue
		}
		if p > most {
			most, best = p, int32(v)
		}
		values = append(values, int32(v))
	}
	if guess.Temperature == 0 {
		return best
	}
	sum := 0.0
	for _, v := range values {
		weights = append(weights, math.Pow(float64(probabilities[v]/most), 1/guess.Temperature))
		sum += weights[len(weights)-1]
	}
	at := rng.Float64() * sum
	for i, w := range weights {
		if at < w {
			return values[i]
		}
		at -= w
	}
	return values[len(values)-1]
}

// pickyRule takes about a third of all answers.
func pickyRule(p reread.Puzzle, tokens []int32) bool {
	sum := int32(0)
	for c, t := range tokens {
		sum += int32(c+1) * (t + p.Tokens[c])
	}
	return sum%3 == 0
}

// rareRule takes one answer in 13 or so.
func rareRule(p reread.Puzzle, tokens []int32) bool {
	sum := int32(0)
	for c, t := range tokens {
		sum += int32(c*c+1) * (2*t + p.Tokens[c])
	}
	return sum%13 == 0
}

// clonePuzzles shares nothing with p.
func clonePuzzles(p []reread.Puzzle) []reread.Puzzle {
	out := slices.Clone(p)
	for i := range out {
		out[i].Tokens = slices.Clone(p[i].Tokens)
	}
	return out
}
