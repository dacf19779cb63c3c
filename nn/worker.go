package nn

import (
	"errors"
	"fmt"

	"github.com/rereadml/reread/internal/simd"
)

// Worker takes groups of puzzles through supervision steps. It is not safe for
// concurrent use; workers of one model are independent. Its methods fail for a
// group larger than its capacity or of another model, and once the model's
// weights have been laid out for another precision.
type Worker interface {
	// Step runs one supervision step, from the inputs and the carry to the new
	// carry, logits and halting values.
	Step(g *Group) error
	// StepTrain is Step, recording what Backward needs.
	StepTrain(g *Group) error
	// Backward adds the parameter gradients of the last StepTrain, on the same
	// group and once, to grad, a vector in the layout of [Params.Data], and stores
	// those of the puzzle embeddings in the group. A nil grad is for models whose
	// weights stay as they are: the products that give their gradients are left out
	// then. The carry that went into the step is a constant. Steps may come between
	// the two.
	Backward(g *Group, grad []float32) error
	// Observe makes steps call f after every update of a latent state; nil ends
	// that. Where f returns false the step ends there, with the carry and the
	// answer as they were before it.
	Observe(f func(*Update) bool)
	// Close ends the worker's goroutines.
	Close()
}

// Update is one update of a latent state within a supervision step, valid
// during the call that shows it.
type Update struct {
	State string    // its name
	Z     []float32 // its new value [N, L, D]
	Out   ReadOut   // what the heads read off it
}

// NewWorker returns a worker for inference on groups of up to capacity puzzles,
// at the precision of the last Pack. On several goroutines, which is for few
// puzzles, it gives the bits that it gives on one.
func (m *Model) NewWorker(capacity, goroutines int) Worker {
	how := m.packFor(false)
	if how.precision == BF16 {
		return newWorker[simd.BF16](m, how, capacity, goroutines)
	}
	return newWorker[float32](m, how, capacity, goroutines)
}

// NewTrainingWorker returns a worker for groups of up to capacity puzzles that
// also trains. Integers, which cannot be trained in, are an error. Other workers
// may run meanwhile.
func (m *Model) NewTrainingWorker(capacity int) (Worker, error) {
	if m.Precision() == INT8 {
		return nil, errInference
	}
	how := m.packFor(true)
	if how.precision == BF16 {
		return newWorker[simd.BF16](m, how, capacity, 1).forTraining(), nil
	}
	return newWorker[float32](m, how, capacity, 1).forTraining(), nil
}

// worker runs the passes of a plan on numbers of type T.
type worker[T simd.Element] struct {
	m             *Model
	how           packing
	capacity, row int // puzzles, and L·D
	s             scratch[T]
	registers     [][]T           // [capacity, L, D] each; the backward pass keeps gradients in them
	free          []*levelTape[T] // by level, for calls that leave no trace
	observe       func(*Update) bool
	shown         *Update // nil before the first observer

	kept     []*levelTape[T] // by level, for calls that are differentiated
	read     [][]T           // by read-out: the state that was read
	recorded *Group          // what the tapes hold
	rows     int             // of it
}

func newWorker[T simd.Element](m *Model, how packing, capacity, goroutines int) *worker[T] {
	capacity, goroutines = max(capacity, 1), max(goroutines, 1)
	w := &worker[T]{m: m, how: how, capacity: capacity, row: m.arch.Positions() * m.arch.HiddenSize}
	for range m.plan.registers {
		w.registers = append(w.registers, w.buffer())
	}
	for _, l := range m.levels {
		w.free = append(w.free, newInferenceTape[T](l, capacity))
	}
	w.s.split(goroutines)
	return w
}

func (w *worker[T]) buffer() []T { return simd.Aligned[T](w.capacity * w.row) }

func (w *worker[T]) forTraining() *worker[T] {
	p := w.m.plan
	for i, l := range w.m.levels {
		w.kept = append(w.kept, newTape[T](l, p.calls[i], w.capacity))
	}
	for range p.outs {
		w.read = append(w.read, w.buffer())
	}
	for len(w.registers) < p.gradients {
		w.registers = append(w.registers, w.buffer())
	}
	return w
}

func (w *worker[T]) Close() { w.s.close() }

func (w *worker[T]) Step(g *Group) error { return w.step(g, false) }

func (w *worker[T]) StepTrain(g *Group) error {
	if w.kept == nil {
		return errNoTraining
	}
	w.recorded = nil
	if err := w.step(g, true); err != nil {
		return err
	}
	w.recorded, w.rows = g, g.N
	return nil
}

// check reports what makes a step impossible. The model is locked.
func (w *worker[T]) check(g *Group) error {
	have := w.m.packed
	if have.precision != w.how.precision {
		return fmt.Errorf("nn: the weights are laid out for %s, the worker is for %s", have.precision, w.how.precision)
	}
	if w.kept != nil && !have.train {
		return errors.New("nn: the weights are laid out for inference, the worker trains")
	}
	if g.N < 0 || g.N > w.capacity {
		return fmt.Errorf("nn: %d puzzles, the worker has room for %d", g.N, w.capacity)
	}
	a, c := &w.m.arch, &g.Carry
	if c.row != w.row || len(c.states) != w.m.plan.states || c.N < g.N || len(g.Outs) != w.m.plan.outs {
		return errOtherModel
	}
	for _, o := range g.Outs {
		if len(o.Logits) < g.N*a.SeqLen*a.VocabSize || len(o.Q) < 2*g.N {
			return errOtherModel
		}
	}
	return w.checkInputs(g)
}

func (w *worker[T]) checkInputs(g *Group) error {
	cells := w.m.arch.SeqLen
	if len(g.Inputs) < g.N*cells || len(g.PuzzleIDs) < g.N {
		return errOtherModel
	}
	for i := range g.N {
		if err := w.m.CheckInput(g.Inputs[i*cells:(i+1)*cells], g.PuzzleIDs[i]); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

// checkGradients reports what makes a backward pass impossible.
func (w *worker[T]) checkGradients(g *Group, grad []float32) error {
	if err := w.check(g); err != nil {
		return err
	}
	switch {
	case w.kept == nil:
		return errNoTraining
	case w.recorded != g || w.rows != g.N:
		return errors.New("nn: the last training step was of another group, or is taken back already")
	case grad == nil && w.m.embedding.puzzles == nil:
		return errors.New("nn: there is no puzzle embedding, and no room for the gradients of the weights")
	case grad != nil && len(grad) != len(w.m.params.Data()) || len(g.DPuzzles) < g.N*w.m.arch.PuzzleEmbNDim:
		return errOtherModel
	}
	for _, o := range g.Outs {
		if len(o.DLogits) < g.N*w.m.arch.SeqLen*w.m.arch.VocabSize || len(o.DQ) < 2*g.N {
			return errors.New("nn: the group has no room for gradients")
		}
	}
	return nil
}

var (
	errOtherModel = errors.New("nn: the group is of another model")
	errNoTraining = errors.New("nn: the worker is for inference only")
)

// at returns the rows of a register that n puzzles fill.
func (w *worker[T]) at(register, n int) []T { return w.registers[register][:n*w.row] }

// step runs the plan forwards.
func (w *worker[T]) step(g *Group, record bool) error {
	w.m.mu.RLock()
	defer w.m.mu.RUnlock()
	if err := w.check(g); err != nil || g.N == 0 {
		return err
	}
	p, n, out := w.m.plan, g.N, 0
	w.s.embed(w.m.embedding, w.at(0, n), g.Inputs, g.PuzzleIDs, n)
	for i := range p.states {
		simd.Convert(w.at(1+i, n), g.Carry.states[i][:n*w.row])
	}
	for i := range p.forward {
		switch o := &p.forward[i]; o.kind {
		case opSum:
			w.sum(o, n)
		case opCall:
			if !w.call(o, n, record) {
				return nil
			}
		case opReadOut:
			w.readOut(o, g, out, record)
			out++
		}
	}
	for i := range p.states {
		simd.Convert(g.Carry.states[i][:n*w.row], w.at(1+i, n))
	}
	return nil
}

func (w *worker[T]) sum(o *op, n int) {
	if o.b < 0 {
		copy(w.at(o.dst, n), w.at(o.a, n))
		return
	}
	simd.Add(w.at(o.dst, n), w.at(o.a, n), w.at(o.b, n))
}

// call returns whether to go on.
func (w *worker[T]) call(o *op, n int, record bool) bool {
	t := w.free[o.level]
	if record && o.slot >= 0 {
		t = w.kept[o.level]
	}
	z := w.at(o.dst, n)
	var injection []T
	if o.a >= 0 {
		injection = w.at(o.a, n)
	}
	t.forward(&w.s, o.slot, n, z, injection)
	return w.observe == nil || w.show(o.dst-1, z, n)
}

func (w *worker[T]) readOut(o *op, g *Group, out int, record bool) {
	z, r := w.at(o.dst, g.N), &g.Outs[out]
	w.s.readOut(w.m.readout, r.Logits, r.Q, z, g.N)
	if record {
		copy(w.read[out], z)
	}
}

// Backward runs the plan backwards. Registers hold gradients in it: nothing
// else is left in them that is needed.
func (w *worker[T]) Backward(g *Group, grad []float32) error {
	w.m.mu.RLock()
	defer w.m.mu.RUnlock()
	if err := w.checkGradients(g, grad); err != nil || g.N == 0 {
		return err
	}
	w.recorded = nil // the tapes come to hold gradients
	p, n := w.m.plan, g.N
	for i := range p.backward {
		switch b := &p.backward[i]; b.kind {
		case backReadOut:
			w.readOutBackward(b.out, b.dst, g, grad)
		case backHead:
			if grad != nil {
				w.readOutBackward(b.out, b.dst, g, grad)
			}
		case backReadOutAdd:
			w.readOutBackward(b.out, b.src, g, grad)
			simd.Add(w.at(b.dst, n), w.at(b.dst, n), w.at(b.src, n))
		case backCall:
			w.kept[b.level].backward(&w.s, b.slot, n, w.at(b.dst, n))
		case backCopy:
			copy(w.at(b.dst, n), w.at(b.src, n))
		case backAdd:
			simd.Add(w.at(b.dst, n), w.at(b.dst, n), w.at(b.src, n))
		}
	}
	for i, t := range w.kept {
		if p.calls[i] > 0 && grad != nil {
			t.gradient(&w.s, p.calls[i], n, grad)
		}
	}
	if p.input < 0 {
		clear(g.DPuzzles)
		return nil
	}
	w.s.embedBackward(w.m.embedding, grad, g.DPuzzles, w.at(p.input, n), g.Inputs, n)
	return nil
}

func (w *worker[T]) readOutBackward(out, dst int, g *Group, grad []float32) {
	r := &g.Outs[out]
	w.s.readOutBackward(w.m.readout, grad, w.at(dst, g.N), w.read[out], r.DLogits, r.DQ, g.N)
}

func (w *worker[T]) Observe(f func(*Update) bool) {
	w.observe = f
	if f == nil || w.shown != nil {
		return
	}
	a := &w.m.arch
	w.shown = &Update{Z: make([]float32, w.capacity*w.row), Out: ReadOut{
		Logits: make([]float32, w.capacity*a.SeqLen*a.VocabSize), Q: make([]float32, 2*w.capacity),
	}}
}

// show gives an update of a state to the observer and returns whether to go on.
func (w *worker[T]) show(state int, z []T, n int) bool {
	u := *w.shown
	u.State, u.Z = w.m.design.States[state], u.Z[:n*w.row]
	u.Out.Logits, u.Out.Q = u.Out.Logits[:n*w.m.arch.SeqLen*w.m.arch.VocabSize], u.Out.Q[:2*n]
	simd.Convert(u.Z, z)
	w.s.readOut(w.m.readout, u.Out.Logits, u.Out.Q, z, n)
	return w.observe(&u)
}
