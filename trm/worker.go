package trm

import (
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// worker takes groups of puzzles through supervision steps, in numbers of type
// T.
type worker[T simd.Element] struct {
	m         *Model
	s         nn.Scratch[T]
	x, zH, zL []T      // embedded input, whose gradient comes in its place, and state [n, L, D]
	inj       []T      // z_H + x
	dz        []T      // gradient of the state
	free      tapes[T] // for the cycles without gradient
	kept      tapes[T] // for the last cycle
}

// tapes are those of the updates of z_L and z_H: one tape where one network
// does both.
type tapes[T simd.Element] struct{ latent, answer *nn.LevelTape[T] }

// TapeSize implements [nn.Model].
func (m *Model) TapeSize() int {
	n := m.latent.TapeSize() * (m.Config.LCycles + 1)
	if m.Config.TwoNetworks {
		n += m.answer.TapeSize()
	}
	return n
}

// NewWorker returns a worker for groups of up to capacity puzzles, at the
// precision of the last Pack.
func (m *Model) NewWorker(capacity int, train bool) nn.Worker {
	if m.Precision() == nn.BF16 {
		return newWorker[simd.BF16](m, capacity, train)
	}
	return newWorker[float32](m, capacity, train)
}

// NewTeam returns a worker that runs on several goroutines.
func (m *Model) NewTeam(capacity, goroutines int) nn.Team {
	if m.Precision() == nn.BF16 {
		return newTeam[simd.BF16](m, capacity, goroutines)
	}
	return newTeam[float32](m, capacity, goroutines)
}

func newTeam[T simd.Element](m *Model, capacity, goroutines int) *worker[T] {
	w := newWorker[T](m, capacity, false)
	w.s.Split(goroutines)
	return w
}

// Close implements [nn.Team].
func (w *worker[T]) Close() { w.s.Close() }

func newWorker[T simd.Element](m *Model, capacity int, train bool) *worker[T] {
	size := capacity * m.Arch.Positions() * m.Arch.HiddenSize
	w := &worker[T]{m: m, x: simd.Aligned[T](size), zL: simd.Aligned[T](size)}
	if !m.Config.SingleLatent {
		w.zH, w.inj = simd.Aligned[T](size), simd.Aligned[T](size)
	}
	w.free.latent = nn.NewInferenceTape[T](m.latent, capacity)
	w.free.answer = w.free.latent
	if m.Config.TwoNetworks {
		w.free.answer = nn.NewInferenceTape[T](m.answer, capacity)
	}
	if train {
		w.dz = simd.Aligned[T](size)
		w.kept.latent = nn.NewTape[T](m.latent, m.Config.LCycles+1, capacity)
		w.kept.answer = w.kept.latent
		if m.Config.TwoNetworks {
			w.kept.answer = nn.NewTape[T](m.answer, 1, capacity)
		}
	}
	return w
}

// Step implements [nn.Worker].
func (w *worker[T]) Step(g *nn.Group) { w.step(g, w.free) }

// StepTrain implements [nn.Worker].
func (w *worker[T]) StepTrain(g *nn.Group) { w.step(g, w.kept) }

// load returns memory for the embedded input, and a group's state.
func (w *worker[T]) load(g *nn.Group) (x, zH, zL []T) {
	size := len(g.ZL)
	zL = w.zL[:size]
	simd.Convert(zL, g.ZL)
	if !w.m.Config.SingleLatent {
		zH = w.zH[:size]
		simd.Convert(zH, g.ZH)
	}
	return w.x[:size], zH, zL
}

// store gives a group its new state.
func (w *worker[T]) store(g *nn.Group) {
	simd.Convert(g.ZL, w.zL[:len(g.ZL)])
	if !w.m.Config.SingleLatent {
		simd.Convert(g.ZH, w.zH[:len(g.ZH)])
	}
}

// injection returns what a cycle adds to z_L at each update.
func (w *worker[T]) injection(x, zH []T) []T {
	if w.m.Config.SingleLatent {
		return x
	}
	sum := w.inj[:len(x)]
	simd.Add(sum, zH, x)
	return sum
}

// answerCall is the tape slot of the z_H update: after those of z_L on a
// shared tape.
func (w *worker[T]) answerCall() int {
	if w.m.Config.TwoNetworks {
		return 0
	}
	return w.m.Config.LCycles
}

// answer is the state that the heads read.
func (w *worker[T]) answer(zH, zL []T) []T {
	if w.m.Config.SingleLatent {
		return zL
	}
	return zH
}
