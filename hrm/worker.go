package hrm

import (
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// worker takes groups of puzzles through supervision steps.
type worker struct {
	m    *Model
	s    nn.Scratch
	x    []float32 // embedded input [n, L, D]
	dz   []float32 // gradient of the state, at last of x
	free tapes     // for the updates without gradient
	kept tapes     // for the last update of each network
}

type tapes struct{ high, low *nn.LevelTape }

// NewWorker returns a worker for groups of up to capacity puzzles.
func (m *Model) NewWorker(capacity int, train bool) nn.Worker {
	size := capacity * m.Arch.Positions() * m.Arch.HiddenSize
	w := &worker{m: m, x: simd.Floats(size)}
	w.free = tapes{m.high.NewInferenceTape(capacity), m.low.NewInferenceTape(capacity)}
	if train {
		w.dz = simd.Floats(size)
		w.kept = tapes{m.high.NewTape(1, capacity), m.low.NewTape(1, capacity)}
	}
	return w
}

// pick returns the last updates' tapes, or those that forget.
func (w *worker) pick(last tapes, isLast bool) tapes {
	if isLast {
		return last
	}
	return w.free
}

// Step implements [nn.Worker].
func (w *worker) Step(g *nn.Group) { w.step(g, w.free) }

// StepTrain implements [nn.Worker].
func (w *worker) StepTrain(g *nn.Group) { w.step(g, w.kept) }
