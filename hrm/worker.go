package hrm

import (
	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/nn"
)

// worker takes groups of puzzles through supervision steps, in numbers of type
// T.
type worker[T simd.Element] struct {
	m         *Model
	s         nn.Scratch[T]
	x, zH, zL []T      // embedded input, in whose place gradients come, and state [n, L, D]
	inj       []T      // z_H + x
	free      tapes[T] // for the updates without gradient
	kept      tapes[T] // for the last update of each network
}

type tapes[T simd.Element] struct{ high, low *nn.LevelTape[T] }

// TapeSize implements [nn.Model].
func (m *Model) TapeSize() int { return m.high.TapeSize() + m.low.TapeSize() }

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
	w := &worker[T]{m: m, x: simd.Aligned[T](size), zH: simd.Aligned[T](size), zL: simd.Aligned[T](size), inj: simd.Aligned[T](size)}
	w.free = tapes[T]{nn.NewInferenceTape[T](m.high, capacity), nn.NewInferenceTape[T](m.low, capacity)}
	if train {
		w.kept = tapes[T]{nn.NewTape[T](m.high, 1, capacity), nn.NewTape[T](m.low, 1, capacity)}
	}
	return w
}

// load returns memory for the embedded input, and a group's state.
func (w *worker[T]) load(g *nn.Group) (x, zH, zL []T) {
	size := len(g.ZL)
	zH, zL = w.zH[:size], w.zL[:size]
	simd.Convert(zH, g.ZH)
	simd.Convert(zL, g.ZL)
	return w.x[:size], zH, zL
}

// pick returns the last updates' tapes, or those that forget.
func (w *worker[T]) pick(last tapes[T], isLast bool) tapes[T] {
	if isLast {
		return last
	}
	return w.free
}

// Step implements [nn.Worker].
func (w *worker[T]) Step(g *nn.Group) { w.step(g, w.free) }

// StepTrain implements [nn.Worker].
func (w *worker[T]) StepTrain(g *nn.Group) { w.step(g, w.kept) }
