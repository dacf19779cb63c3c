package nn

import "fmt"

// Run is one run through a recursion: what a model does in one supervision
// step, said once, in the order of the papers. A model is built from one such
// run; all its passes follow from that: forward at every precision, backward,
// the size of its tapes and the graph for other engines. So a recursion may
// branch on its configuration, but never sees a number.
type Run struct {
	d      *Design
	ops    []op
	sums   int // registers of sums so far
	record int // number of operations before Record; -1: not called
	err    error
}

// State names a value of a recursion: the embedded input, a latent state or a
// sum. The zero State is nothing: it adds nothing to a sum and injects nothing.
type State struct{ id int } // register + 1

// Level names a network of a [Design].
type Level struct{ index int }

// opKind is what an operation does.
type opKind uint8

const (
	opSum     opKind = iota // dst = a + b, or a alone
	opCall                  // dst = level(dst + a)
	opReadOut               // read-out of dst
)

// op is one operation on registers. Register 0 is the embedded input, the next
// ones are the latent states, the others sums.
type op struct {
	kind      opKind
	level     int
	dst, a, b int // -1: nothing
	slot      int // of the tape, where the call is differentiated; else -1
}

// Input returns the embedded input, x.
func (r *Run) Input() State { return State{1} }

// State returns the latent state of that name among those of the design.
func (r *Run) State(name string) State {
	for i, have := range r.d.States {
		if have == name {
			return State{2 + i}
		}
	}
	r.fail("no state is named %q", name)
	return State{}
}

// Sum returns a + b as they are now, which later updates of the two do not
// change.
func (r *Run) Sum(a, b State) State {
	if (a == State{}) {
		a, b = b, a
	}
	if (b == State{}) && !r.isLatent(a) {
		return a // which nothing updates
	}
	r.sums++
	sum := State{1 + len(r.d.States) + r.sums}
	r.ops = append(r.ops, op{kind: opSum, dst: sum.id - 1, a: a.id - 1, b: b.id - 1})
	return sum
}

// Call updates a latent state by a network, given the state and an injection:
// z = net(z + in).
func (r *Run) Call(net Level, z, in State) {
	if !r.isLatent(z) {
		r.fail("only a latent state can be updated")
		return
	}
	if net.index >= len(r.d.levels) {
		r.fail("there is no network %d", net.index)
		return
	}
	r.ops = append(r.ops, op{kind: opCall, level: net.index, dst: z.id - 1, a: in.id - 1})
}

// Record says that gradients flow through what comes from here on: the latent
// states are constants at this point. The input is none, even where it was
// added to a sum before. Without Record gradients flow through the whole step.
func (r *Run) Record() { r.record = len(r.ops) }

// ReadOut reads logits and halting values off a latent state, for a model that
// is supervised more than once in a step. What the recursion returns is read
// out last, as the answer of the step.
func (r *Run) ReadOut(z State) {
	if !r.isLatent(z) {
		r.fail("only a latent state can be read out")
		return
	}
	r.ops = append(r.ops, op{kind: opReadOut, dst: z.id - 1})
}

func (r *Run) isLatent(z State) bool { return z.id >= 2 && z.id < 2+len(r.d.States) }

// fail keeps the first error.
func (r *Run) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("nn: recursion: "+format, args...)
	}
}

// trace runs a design's recursion.
func trace(d *Design) (*Run, error) {
	r := &Run{d: d, record: -1}
	r.ReadOut(d.Recursion(r))
	return r, r.err
}
