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
	m.Pack(nn.FP32, true)
	return m, nil
}

// Describe implements [nn.Model].
func (m *Model) Describe() (string, any) { return Kind, m.Config }

// QLearning is false: TRM trains q_halt alone.
func (m *Model) QLearning() bool { return false }

// step is one supervision step, x the embedded input: H cycles, each of which
// improves the latent z_L L times and then the answer z_H once. Only the last
// cycle is recorded, on the tapes given; the others leave no trace.
func (w *worker[T]) step(g *nn.Group, last tapes[T]) {
	cfg, n := &w.m.Config, g.N
	x, zH, zL := w.load(g)
	w.s.Embed(w.m.Input, x, g.Inputs, g.PuzzleIDs, n)
	for h := range cfg.HCycles {
		t := w.free
		if h == cfg.HCycles-1 {
			t = last
		}
		injection := w.injection(x, zH)
		for l := range cfg.LCycles {
			t.latent.Forward(&w.s, l, n, zL, injection)
		}
		if cfg.SingleLatent {
			t.latent.Forward(&w.s, cfg.LCycles, n, zL, nil)
		} else {
			t.answer.Forward(&w.s, w.answerCall(), n, zH, zL)
		}
	}
	w.s.ReadOut(w.m.Heads, g.Logits, g.Q, w.answer(zH, zL), n)
	w.store(g)
}

// Backward implements [nn.Worker]. The z_H that the last cycle starts from is
// a constant, so the gradient runs down one chain: from the answer through the
// calls on z_L, with x collecting its share at each.
func (w *worker[T]) Backward(g *nn.Group, grad []float32) {
	calls, n := w.m.Config.LCycles, g.N
	dx, zH, zL := w.load(g) // nothing needs x any more
	dz := w.dz[:len(dx)]
	clear(dx)
	w.s.ReadOutBackward(w.m.Heads, grad, dz, w.answer(zH, zL), g.DLogits, g.DQ, n)
	w.kept.answer.Backward(&w.s, w.answerCall(), n, dz)
	for l := calls - 1; l >= 0; l-- {
		w.kept.latent.Backward(&w.s, l, n, dz)
		simd.Add(dx, dx, dz)
	}
	if w.m.Config.TwoNetworks {
		w.kept.answer.Gradient(&w.s, 1, n, grad)
	} else {
		calls++
	}
	w.kept.latent.Gradient(&w.s, calls, n, grad)
	w.s.EmbedBackward(w.m.Input, grad, g.DPuzzles, dx, g.Inputs, n)
}
