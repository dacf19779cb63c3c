package trm

import (
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// worker takes groups of puzzles through supervision steps.
type worker struct {
	m      *Model
	s      nn.Scratch
	x      []float32 // embedded input [n, L, D]
	dx, dz []float32 // gradients of x and of the state
	free   tapes     // for the cycles without gradient
	kept   tapes     // for the last cycle
}

// tapes are those of the updates of z_L and z_H: one tape where one network
// does both.
type tapes struct{ latent, answer *nn.LevelTape }

// NewWorker returns a worker for groups of up to capacity puzzles.
func (m *Model) NewWorker(capacity int, train bool) nn.Worker {
	size := capacity * m.Arch.Positions() * m.Arch.HiddenSize
	w := &worker{m: m, x: simd.Floats(size)}
	w.free.latent = m.latent.NewInferenceTape(capacity)
	w.free.answer = w.free.latent
	if m.Config.TwoNetworks {
		w.free.answer = m.answer.NewInferenceTape(capacity)
	}
	if train {
		w.dx, w.dz = simd.Floats(size), simd.Floats(size)
		w.kept.latent = m.latent.NewTape(m.Config.LCycles+1, capacity)
		w.kept.answer = w.kept.latent
		if m.Config.TwoNetworks {
			w.kept.answer = m.answer.NewTape(1, capacity)
		}
	}
	return w
}

// Step implements [nn.Worker].
func (w *worker) Step(g *nn.Group) { w.step(g, w.free) }

// StepTrain implements [nn.Worker].
func (w *worker) StepTrain(g *nn.Group) { w.step(g, w.kept) }

// answerCall is the tape slot of the z_H update: after those of z_L on a
// shared tape.
func (w *worker) answerCall() int {
	if w.m.Config.TwoNetworks {
		return 0
	}
	return w.m.Config.LCycles
}

// state is what the heads read.
func (m *Model) state(g *nn.Group) []float32 {
	if m.Config.SingleLatent {
		return g.ZL
	}
	return g.ZH
}
