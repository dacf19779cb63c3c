package hrm

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// Model is a Hierarchical Reasoning Model. Its weights are shared by all
// workers; see [nn.Model] for when they may change.
type Model struct {
	*nn.Core
	Config Config

	high, low *nn.Level
}

// New returns a model with fresh weights drawn from rng.
func New(cfg Config, rng *rand.Rand) (*Model, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := &Model{Core: nn.NewCore(cfg.Arch, false), Config: cfg}
	var err error
	if m.high, err = m.AddLevel("H_level", cfg.HLayers, false); err != nil {
		return nil, fmt.Errorf("hrm: %w", err)
	}
	if m.low, err = m.AddLevel("L_level", cfg.LLayers, false); err != nil {
		return nil, fmt.Errorf("hrm: %w", err)
	}
	if err := m.Build(rng); err != nil {
		return nil, fmt.Errorf("hrm: %w", err)
	}
	m.Pack(nn.FP32, true)
	return m, nil
}

// Describe implements [nn.Model].
func (m *Model) Describe() (string, any) { return Kind, m.Config }

// QLearning is true: q_continue learns what one more step would be worth.
func (m *Model) QLearning() bool { return true }

// step is one supervision step, x the embedded input: H cycles, each of L fast
// updates of z_L and one slow update of z_H. Only the very last update of each
// is recorded, on the tapes given; the others leave no trace.
func (w *worker[T]) step(g *nn.Group, last tapes[T]) {
	cfg, n := &w.m.Config, g.N
	x, zH, zL := w.load(g)
	w.s.Embed(w.m.Input, x, g.Inputs, g.PuzzleIDs, n)
	injection := w.inj[:len(x)]
	for h := range cfg.HCycles {
		lastH := h == cfg.HCycles-1
		simd.Add(injection, zH, x)
		for l := range cfg.LCycles {
			t := w.pick(last, lastH && l == cfg.LCycles-1)
			t.low.Forward(&w.s, 0, n, zL, injection)
		}
		w.pick(last, lastH).high.Forward(&w.s, 0, n, zH, zL)
	}
	w.s.ReadOut(w.m.Heads, g.Logits, g.Q, zH, n)
	simd.Convert(g.ZH, zH)
	simd.Convert(g.ZL, zL)
}

// Backward implements [nn.Worker]: from the answer through one update of z_H
// and one of z_L into the input.
func (w *worker[T]) Backward(g *nn.Group, grad []float32) {
	n := g.N
	dz, zH, _ := w.load(g) // nothing needs x any more
	w.s.ReadOutBackward(w.m.Heads, grad, dz, zH, g.DLogits, g.DQ, n)
	w.kept.high.Backward(&w.s, 0, n, dz)
	w.kept.low.Backward(&w.s, 0, n, dz)
	w.kept.high.Gradient(&w.s, 1, n, grad)
	w.kept.low.Gradient(&w.s, 1, n, grad)
	w.s.EmbedBackward(w.m.Input, grad, g.DPuzzles, dz, g.Inputs, n)
}
