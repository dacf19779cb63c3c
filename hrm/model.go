package hrm

import (
	"fmt"
	"math/rand/v2"

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
	m.Pack(true)
	return m, nil
}

// Describe implements [nn.Model].
func (m *Model) Describe() (string, any) { return Kind, m.Config }

// QLearning is true: q_continue learns what one more step would be worth.
func (m *Model) QLearning() bool { return true }

// step is one supervision step, x the embedded input: H cycles, each of L fast
// updates of z_L and one slow update of z_H. Only the very last update of each
// is recorded, on the tapes given; the others leave no trace.
func (w *worker) step(g *nn.Group, last tapes) {
	cfg, x := &w.m.Config, w.x[:len(g.ZL)]
	w.m.Input.Forward(x, g.Inputs, g.PuzzleIDs, g.N)
	for h := range cfg.HCycles {
		lastH := h == cfg.HCycles-1
		for l := range cfg.LCycles {
			t := w.pick(last, lastH && l == cfg.LCycles-1)
			w.m.low.Forward(&w.s, t.low, 0, g.N, g.ZL, g.ZH, x)
		}
		w.m.high.Forward(&w.s, w.pick(last, lastH).high, 0, g.N, g.ZH, g.ZL, nil)
	}
	w.m.Heads.Forward(&w.s, g.Logits, g.Q, g.ZH, g.N)
}

// Backward implements [nn.Worker]: from the answer through one update of z_H
// and one of z_L into the input.
func (w *worker) Backward(g *nn.Group, grad []float32) {
	dz := w.dz[:len(g.ZH)]
	w.m.Heads.Backward(&w.s, grad, dz, g.ZH, g.DLogits, g.DQ, g.N)
	w.m.high.Backward(&w.s, w.kept.high, 0, g.N, dz)
	w.m.low.Backward(&w.s, w.kept.low, 0, g.N, dz)
	w.m.high.Gradient(&w.s, w.kept.high, 1, g.N, grad)
	w.m.low.Gradient(&w.s, w.kept.low, 1, g.N, grad)
	w.m.Input.Backward(grad, g.DPuzzles, dz, g.Inputs, g.N)
}
