package nn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rereadml/reread/internal/simd"
	"github.com/rereadml/reread/tensor"
)

// Design is what a family of models adds to the parts that all have in common:
// its networks, its latent states and the recursion that applies the ones to
// the others. Packages trm and hrm are two designs; a model of your own is
// another. A design whose recursion does not use some settings of its Arch, such
// as L_cycles, still gives them values that are valid: 1 will do.
type Design struct {
	Kind   string // name of the family in files
	Config any    // has a JSON form, which files hold
	Arch   Arch

	// States names the latent states. The initial vector of "z_X" is stored as
	// "X_init".
	States []string
	// QLearning trains q_continue towards the halting values of one more step,
	// and halts where q_halt exceeds it. Otherwise q_halt alone decides.
	QLearning bool
	// Recursion describes a supervision step and returns the state that holds
	// the answer. It is called while the model is made.
	Recursion func(r *Run) State

	levels []levelSpec
}

type levelSpec struct {
	name     string
	layers   int
	tokenMLP bool
}

// AddLevel adds a network under a name such as "L_level", of layers that mix
// the positions, by an MLP or by attention, and then the channels.
func (d *Design) AddLevel(name string, layers int, tokenMLP bool) Level {
	d.levels = append(d.levels, levelSpec{name, layers, tokenMLP})
	return Level{len(d.levels)}
}

// validate reports what no model can be made of.
func (d *Design) validate() error {
	if d == nil || d.Kind == "" || d.Recursion == nil || len(d.States) == 0 || len(d.levels) == 0 {
		return fmt.Errorf("nn: a design needs a kind, a state, a level and a recursion")
	}
	for i, name := range d.States {
		if !strings.HasPrefix(name, "z_") || slices.Contains(d.States[:i], name) {
			return fmt.Errorf(`nn: state %q: want different names that begin with "z_"`, name)
		}
		if err := checkTensorName(initName(name)); err != nil {
			return fmt.Errorf("nn: state %q: %w", name, err)
		}
	}
	if err := d.Arch.Validate(); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	for i, l := range d.levels {
		if l.name == "" {
			return fmt.Errorf("nn: a network needs a name")
		}
		if slices.ContainsFunc(d.levels[:i], func(other levelSpec) bool { return other.name == l.name }) {
			return fmt.Errorf("nn: two networks are named %q", l.name)
		}
		if err := checkTensorName(l.name + "."); err != nil {
			return fmt.Errorf("nn: network %q: %w", l.name, err)
		}
		if l.layers < 1 || l.layers > maxDepth {
			return fmt.Errorf("nn: %s has %d layers, want 1 to %d", l.name, l.layers, maxDepth)
		}
		if l.tokenMLP || len(d.Arch.Units) > 0 {
			continue
		}
		if err := d.Arch.ValidateAttention(); err != nil {
			return fmt.Errorf("nn: %s: %w", l.name, err)
		}
	}
	return nil
}

// New returns a model with fresh weights drawn from rng.
func New(d *Design, rng *rand.Rand) (*Model, error) {
	if rng == nil {
		return nil, errors.New("nn: there is no generator to draw weights from")
	}
	m, err := newModel(d)
	if err != nil {
		return nil, err
	}
	m.params.draw(rng)
	for _, init := range m.init {
		truncatedNormal(rng, init, 1)
		for i, x := range init { // bfloat16 numbers, as published
			init[i] = simd.ToBF16(x).Float32()
		}
	}
	return m, nil
}

// Read returns a model with the weights of a file, under their published names
// with any published prefix. Nothing large is allocated for a design that the
// file cannot fill.
func Read(d *Design, f tensor.Source) (*Model, error) {
	if f == nil {
		return nil, errors.New("nn: there are no tensors to read")
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	if err := checkSize(d, f); err != nil {
		return nil, err
	}
	m, err := newModel(d)
	if err != nil {
		return nil, err
	}
	if err := m.LoadState(f); err != nil {
		return nil, err
	}
	return m, nil
}

// newModel returns a model whose weights are zero.
func newModel(d *Design) (*Model, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	run, err := trace(d)
	if err != nil {
		return nil, err
	}
	m := &Model{design: *d, arch: d.Arch, plan: compile(run)}
	m.arch.HeadGroups, m.arch.Units = slices.Clone(d.Arch.HeadGroups), d.Arch.Units.clone()
	m.design.States = slices.Clone(d.States)
	m.embedding = newEmbedding(&m.params, &m.arch)
	m.readout = newReadout(&m.params, &m.arch)
	m.layouts = []layout{m.readout.lm}
	for _, spec := range d.levels {
		l, err := newLevel(&m.params, &m.arch, spec)
		if err != nil {
			return nil, err
		}
		m.levels = append(m.levels, l)
		m.layouts = append(m.layouts, l.weights()...)
	}
	for range d.States {
		m.init = append(m.init, make([]float32, m.arch.HiddenSize))
	}
	return m, m.params.build()
}
