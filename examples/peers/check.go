package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rereadml/reread/nn"
	"github.com/rereadml/reread/tensor/safetensors"
)

const (
	checkPuzzles = 3
	checkSteps   = 2
)

// writeCheck writes a safetensors file with the inputs of random puzzles and
// the outputs of the first steps on them, each under its name in the exported
// graph with "step1." or "step2." in front.
func writeCheck(m *nn.Model, rng *rand.Rand, path string) error {
	g := randomPuzzles(m, rng)
	a := m.Arch()
	tensors := []safetensors.Tensor{safetensors.Int64("inputs", []int{g.N, a.SeqLen}, widen(g.Inputs))}
	if m.PuzzleTable() != nil {
		tensors = append(tensors, safetensors.Int64("puzzle_identifiers", []int{g.N}, widen(g.PuzzleIDs)))
	}
	w := m.NewWorker(g.N, 1)
	defer w.Close()
	for step := range checkSteps {
		if err := w.Step(g); err != nil {
			return err
		}
		add := func(name string, data []float32, shape ...int) {
			name = fmt.Sprintf("step%d.%s", step+1, name)
			tensors = append(tensors, safetensors.Float32(name, shape, slices.Clone(data)))
		}
		out := g.Answer()
		add("logits", out.Logits, g.N, a.SeqLen, a.VocabSize)
		add("q_halt_logits", column(out.Q, 0), g.N)
		add("q_continue_logits", column(out.Q, 1), g.N)
		for i, state := range m.States() {
			add(state+"_out", g.Carry.State(i), g.N, a.Positions(), a.HiddenSize)
		}
	}
	return safetensors.WriteFile(path, nil, tensors)
}

// randomPuzzles returns puzzles in their initial state.
func randomPuzzles(m *nn.Model, rng *rand.Rand) *nn.Group {
	g, a := m.NewGroup(checkPuzzles, false), m.Arch()
	for i := range g.Inputs {
		g.Inputs[i] = rng.Int32N(int32(a.VocabSize))
	}
	for i := range g.PuzzleIDs {
		g.PuzzleIDs[i] = rng.Int32N(max(int32(a.NumPuzzleIdentifiers), 1))
	}
	return g
}

func widen(x []int32) []int64 {
	out := make([]int64, len(x))
	for i, v := range x {
		out[i] = int64(v)
	}
	return out
}

// column returns one of the two halting values of each puzzle.
func column(q []float32, i int) []float32 {
	var out []float32
	for ; i < len(q); i += 2 {
		out = append(out, q[i])
	}
	return out
}
