package trm

import (
	"fmt"
	"math/rand/v2"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// Model is a Tiny Recursion Model. Its weights are shared by all workers; see
// [nn.Model] for when they may change.
type Model struct {
	*nn.Core
	Config Config

	latent *nn.Level // updates z_L
	answer *nn.Level // updates z_H: the same network, or one of its own
}

// New returns a model with fresh weights drawn from rng.
func New(cfg Config, rng *rand.Rand) (*Model, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := &Model{Core: nn.NewCore(cfg.Arch, cfg.SingleLatent), Config: cfg}
	var err error
	if m.latent, err = m.AddLevel("L_level", cfg.LLayers, cfg.MLPT); err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	m.answer = m.latent
	if cfg.TwoNetworks {
		if m.answer, err = m.AddLevel("H_level", cfg.HLayers, cfg.MLPT); err != nil {
			return nil, fmt.Errorf("trm: %w", err)
		}
	}
	if err := m.Build(rng); err != nil {
		return nil, fmt.Errorf("trm: %w", err)
	}
	m.Pack(true)
	return m, nil
}

// Describe implements [nn.Model].
func (m *Model) Describe() (string, any) { return Kind, m.Config }

// QLearning is false: TRM trains q_halt alone.
func (m *Model) QLearning() bool { return false }

// step is one supervision step, x the embedded input: H cycles, each of which
// improves the latent z_L L times and then the answer z_H once. Only the last
// cycle is recorded, on the tapes given; the others leave no trace.
func (w *worker) step(g *nn.Group, last tapes) {
	cfg, x := &w.m.Config, w.x[:len(g.ZL)]
	w.m.Input.Forward(x, g.Inputs, g.PuzzleIDs, g.N)
	for h := range cfg.HCycles {
		t := w.free
		if h == cfg.HCycles-1 {
			t = last
		}
		for l := range cfg.LCycles {
			w.m.latent.Forward(&w.s, t.latent, l, g.N, g.ZL, x, g.ZH)
		}
		if cfg.SingleLatent {
			w.m.latent.Forward(&w.s, t.latent, cfg.LCycles, g.N, g.ZL, nil, nil)
		} else {
			w.m.answer.Forward(&w.s, t.answer, w.answerCall(), g.N, g.ZH, g.ZL, nil)
		}
	}
	w.m.Heads.Forward(&w.s, g.Logits, g.Q, w.m.state(g), g.N)
}

// Backward implements [nn.Worker]. The z_H that the last cycle starts from is
// a constant, so the gradient runs down one chain: from the answer through the
// calls on z_L, with x collecting its share at each.
func (w *worker) Backward(g *nn.Group, grad []float32) {
	calls, size := w.m.Config.LCycles, len(g.ZL)
	dz, dx := w.dz[:size], w.dx[:size]
	clear(dx)
	w.m.Heads.Backward(&w.s, grad, dz, w.m.state(g), g.DLogits, g.DQ, g.N)
	w.m.answer.Backward(&w.s, w.kept.answer, w.answerCall(), g.N, dz)
	for l := calls - 1; l >= 0; l-- {
		w.m.latent.Backward(&w.s, w.kept.latent, l, g.N, dz)
		simd.Add(dx, dx, dz)
	}
	if w.m.Config.TwoNetworks {
		w.m.answer.Gradient(&w.s, w.kept.answer, 1, g.N, grad)
	} else {
		calls++
	}
	w.m.latent.Gradient(&w.s, w.kept.latent, calls, g.N, grad)
	w.m.Input.Backward(grad, g.DPuzzles, dx, g.Inputs, g.N)
}
