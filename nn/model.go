package nn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/tensor"
)

// Model is a network that improves its answer one supervision step at a time.
// Its architecture never changes. Its weights may change, and LoadState and
// PackLayout be called, only while no worker runs; after a change they have to
// be laid out anew by [Model.Pack], or [Model.PackLayout] for all. All else is
// safe for concurrent use.
type Model struct {
	design Design
	arch   Arch
	plan   *plan

	embedding *embedding
	readout   *readout
	levels    []*level
	params    Params
	init      [][]float32 // by state: [D]

	layouts []layout
	mu      sync.RWMutex // guards packed; held for reading by every step
	packed  packing
}

// packing is how the weights are laid out.
type packing struct {
	precision Precision // "": not at all
	train     bool      // for the backward pass too
}

// Kind returns the name of the model's family, "trm" or "hrm" for the
// published ones.
func (m *Model) Kind() string { return m.design.Kind }

// Config returns the configuration of the model's family, which has a JSON
// form. It must not be changed.
func (m *Model) Config() any { return m.design.Config }

// Arch returns a copy of the architecture.
func (m *Model) Arch() Arch {
	a := m.arch
	a.HeadGroups, a.Units = slices.Clone(a.HeadGroups), a.Units.clone()
	return a
}

// States returns the names of the latent states, such as "z_H" and "z_L".
func (m *Model) States() []string { return slices.Clone(m.design.States) }

// ReadOuts returns how often a supervision step is read out.
func (m *Model) ReadOuts() int { return m.plan.outs }

// QLearning reports whether q_continue is trained, towards the halting values
// of one more step.
func (m *Model) QLearning() bool { return m.design.QLearning }

// Margin returns by how much the halting values say that the answer is right,
// which they do above 0: q_halt, or q_halt - q_continue with Q-learning.
func (m *Model) Margin(qHalt, qContinue float32) float32 {
	if m.design.QLearning {
		return qHalt - qContinue
	}
	return qHalt
}

// Params returns the trainable parameters.
func (m *Model) Params() *Params { return &m.params }

// PuzzleTable returns the puzzle embedding, or nil.
func (m *Model) PuzzleTable() *SparseEmbedding { return m.embedding.puzzles }

// Tensor is one tensor of a state dict.
type Tensor struct {
	Name  string
	Value *tensor.Tensor
}

// State returns the state dict, without prefix: parameters and buffers, shared
// with the model, in a fixed order.
func (m *Model) State() []Tensor {
	var state []Tensor
	add := func(name string, data []float32, shape ...int) {
		t, err := tensor.FromSlice(data, shape...)
		if err != nil {
			panic("nn: buffer of the wrong size: " + err.Error()) // ours to keep right
		}
		state = append(state, Tensor{name, t})
	}
	for i, init := range m.init {
		add(initName(m.design.States[i]), init, len(init))
	}
	for _, p := range m.params.All() {
		state = append(state, Tensor{p.Name, p.Value})
	}
	if e := m.embedding.puzzles; e != nil {
		add(puzzleTable, e.Weights, e.IDs, e.Dim)
	}
	return state
}

// initName is the published name of a state's initial vector.
func initName(state string) string { return strings.TrimPrefix(state, "z_") + "_init" }

// GroupSize is how many puzzles a worker should take through the network
// together. Some 128 rows are enough for the matrix products to run at speed,
// and their activations stay in the second-level cache. Weights that no cache
// holds, as those of HRM, are read from memory for every group, so they call
// for more.
func (m *Model) GroupSize() int {
	rows, length := max(128, len(m.params.Data())/80_000), m.arch.Positions()
	return min(max((rows+length/2)/length, 1), 8)
}

// TapeSize returns the numbers that training keeps of one puzzle and
// supervision step for the backward pass.
func (m *Model) TapeSize() int {
	n := 0
	for i, l := range m.levels {
		n += l.tapeSize() * m.plan.calls[i]
	}
	return n
}

// Pack lays out all weights for passes at a precision, at which workers made
// from then on run, when the steps under way have ended; workers made before are of no more use unless it stays the
// same. Training needs the layouts of the backward pass as well; inference
// drops them. Training in integers is an error, and so are maps of more than
// 133,144 numbers in them.
func (m *Model) Pack(p Precision, train bool) error {
	p, err := p.Resolve()
	if err != nil {
		return err
	}
	if p == INT8 {
		if err := m.checkIntegers(train); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pack(packing{p, train})
	return nil
}

// checkIntegers reports what keeps passes in integers from the model.
func (m *Model) checkIntegers(train bool) error {
	if train {
		return errInference
	}
	for _, w := range m.layouts {
		if n := w.depth(); n > simd.MaxInt8Depth {
			return fmt.Errorf("nn: %s sums %d products at most, the model %d", INT8, simd.MaxInt8Depth, n)
		}
	}
	return nil
}

func (m *Model) pack(how packing) {
	for _, w := range m.layouts {
		w.pack(how.precision, how.train)
	}
	m.packed = how
}

// Precision returns that of the last Pack, or float32 before the first.
func (m *Model) Precision() Precision { return cmp.Or(m.packing().precision, FP32) }

func (m *Model) packing() packing {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.packed
}

// packFor lays out what is missing for a worker and returns how the weights
// are laid out. What is there stays as it is, for workers may be reading it.
func (m *Model) packFor(train bool) packing {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.packed == packing{}:
		m.pack(packing{FP32, train})
	case train && !m.packed.train:
		for _, w := range m.layouts {
			w.packBackward(m.packed.precision)
		}
		m.packed.train = true
	}
	return m.packed
}

// Layouts returns the number of weights that Pack lays out, and PackLayout does
// so for one of them with the arguments of the last Pack: for callers that do it
// on several goroutines.
func (m *Model) Layouts() int { return len(m.layouts) }

// PackLayout lays out one of [Model.Layouts] weights anew.
func (m *Model) PackLayout(i int) { m.layouts[i].pack(m.packed.precision, m.packed.train) }

// CheckInput reports an input or puzzle identifier that the model has no
// embedding for.
func (m *Model) CheckInput(inputs []int32, id int32) error {
	a := &m.arch
	if len(inputs) != a.SeqLen {
		return fmt.Errorf("nn: %d cells, want %d", len(inputs), a.SeqLen)
	}
	for i, in := range inputs {
		switch {
		case m.embedding.sets && (in <= 0 || int64(in) >= 1<<a.VocabSize):
			return fmt.Errorf("nn: set %#x in cell %d, want one or more of %d tokens", in, i, a.VocabSize)
		case !m.embedding.sets && (in < 0 || int(in) >= a.VocabSize):
			return fmt.Errorf("nn: token %d in cell %d, want 0 to %d", in, i, a.VocabSize-1)
		}
	}
	if e := m.embedding.puzzles; e != nil && (id < 0 || int(id) >= e.IDs) {
		return fmt.Errorf("nn: puzzle identifier %d, want 0 to %d", id, e.IDs-1)
	}
	return nil
}
