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
type State struct {
	r  *Run
	id int // register + 1
}

// Level names a network of a [Design]; the zero Level none.
type Level struct{ id int } // index + 1

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
func (r *Run) Input() State { return State{r, 1} }

// State returns the latent state of that name among those of the design.
func (r *Run) State(name string) State {
	for i, have := range r.d.States {
		if have == name {
			return State{r, 2 + i}
		}
	}
	r.fail("no state is named %q", name)
	return State{}
}

// Sum returns a + b as they are now, which later updates of the two do not
// change.
func (r *Run) Sum(a, b State) State {
	if !r.has(a) || !r.has(b) {
		r.fail("an addend is of another run")
		return State{}
	}
	if (a == State{}) {
		a, b = b, a
	}
	if (b == State{}) && !r.isLatent(a) {
		return a // which nothing updates
	}
	r.sums++
	sum := State{r, 1 + len(r.d.States) + r.sums}
	r.add(op{kind: opSum, dst: sum.id - 1, a: a.id - 1, b: b.id - 1})
	return sum
}

// Call updates a latent state by a network, given the state and an injection:
// z = net(z + in).
func (r *Run) Call(net Level, z, in State) {
	if !r.isLatent(z) {
		r.fail("only a latent state can be updated")
		return
	}
	if net.id < 1 || net.id > len(r.d.levels) {
		r.fail("the network is not one of the design")
		return
	}
	if !r.has(in) {
		r.fail("the injection is of another run")
		return
	}
	r.add(op{kind: opCall, level: net.id - 1, dst: z.id - 1, a: in.id - 1})
}

// Record says that gradients flow through what comes from here on: the latent
// states are constants at this point. The input is none, even where it was
// added to a sum before. Without Record gradients flow through the whole step.
func (r *Run) Record() {
	if r.record >= 0 {
		r.fail("Record is called twice")
	}
	r.record = len(r.ops)
}

// ReadOut reads logits and halting values off a latent state, for a model that
// is supervised more than once in a step. What the recursion returns is read
// out last, as the answer of the step.
func (r *Run) ReadOut(z State) {
	if !r.isLatent(z) {
		r.fail("only a latent state can be read out")
		return
	}
	r.add(op{kind: opReadOut, dst: z.id - 1})
}

func (r *Run) isLatent(z State) bool { return z.r == r && z.id >= 2 && z.id < 2+len(r.d.States) }

// has reports whether a value is of this run, or nothing.
func (r *Run) has(v State) bool { return v.r == r || v == State{} }

// maxOps bounds a step, far beyond any published one, so that a nonsense
// configuration is an error.
const maxOps = 1 << 16

func (r *Run) add(o op) {
	if len(r.ops) == maxOps {
		r.fail("a supervision step of more than %d operations", maxOps)
		return
	}
	r.ops = append(r.ops, o)
}

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
