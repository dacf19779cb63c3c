package nn

// plan is a recursion as its passes need it: what to do forwards, and what
// backwards.
type plan struct {
	states    int
	forward   []op
	registers int   // buffers of the forward pass, sums that are out of use sharing theirs
	calls     []int // by level: calls that are differentiated
	outs      int   // read-outs
	answer    int   // latent state that the last of them is of

	backward  []backOp
	gradients int // buffers of the backward pass
	input     int // that of the input's gradient; -1: it has none
}

// backOp is one operation of the backward pass on gradient buffers.
type backOp struct {
	kind        backKind
	level, slot int
	out         int // read-out
	dst, src    int
}

type backKind uint8

const (
	backReadOut    backKind = iota // dst = gradient of the read-out
	backReadOutAdd                 // dst += gradient of the read-out; src is working memory
	backHead                       // the read-out's weights alone; dst is working memory
	backCall                       // dst = gradient of what went into the call, from that of its output
	backCopy                       // dst = src
	backAdd                        // dst += src
)

// compile plans the passes of a run.
func compile(r *Run) *plan {
	p := &plan{states: len(r.d.States), forward: r.ops, calls: make([]int, len(r.d.levels)), input: -1}
	for _, o := range r.ops {
		if o.kind == opReadOut {
			p.outs++
			p.answer = o.dst - 1
		}
	}
	p.planBackward(max(r.record, 0), r.sums)
	p.shareSums(r.sums)
	return p
}

// variable tells, for both operands of every operation, whether gradients are
// to flow into it: into the input, the results of recorded calls, and sums of
// those.
func (p *plan) variable(record, sums int) []struct{ dst, a, b bool } {
	now := make([]bool, 1+p.states+sums)
	now[0] = true
	at := func(register int) bool { return register >= 0 && now[register] }
	out := make([]struct{ dst, a, b bool }, len(p.forward))
	for i, o := range p.forward {
		out[i].dst, out[i].a, out[i].b = at(o.dst), at(o.a), o.kind == opSum && at(o.b)
		switch {
		case o.kind == opSum:
			now[o.dst] = out[i].a || out[i].b
		case o.kind == opCall && i >= record:
			now[o.dst] = true
		}
	}
	return out
}

// gradientFlow follows gradients from the read-outs back to the input.
type gradientFlow struct {
	p    *plan
	of   []int // by register: the buffer of its gradient, -1: none so far
	free []int
}

func (f *gradientFlow) take() int {
	if n := len(f.free); n > 0 {
		b := f.free[n-1]
		f.free = f.free[:n-1]
		return b
	}
	f.p.gradients++
	return f.p.gradients - 1
}

func (f *gradientFlow) release(b int) { f.free = append(f.free, b) }

func (f *gradientFlow) emit(b backOp) { f.p.backward = append(f.p.backward, b) }

// give adds the gradient in a buffer to that of a register. A buffer that is
// not kept becomes the register's, or is free again.
func (f *gradientFlow) give(register, buffer int, keep bool) {
	switch has := f.of[register]; {
	case has < 0 && keep:
		f.of[register] = f.take()
		f.emit(backOp{kind: backCopy, dst: f.of[register], src: buffer})
	case has < 0:
		f.of[register] = buffer
	default:
		f.emit(backOp{kind: backAdd, dst: has, src: buffer})
		if !keep {
			f.release(buffer)
		}
	}
}

// planBackward goes through the operations in reverse and gives a slot to every
// call that a gradient reaches.
func (p *plan) planBackward(record, sums int) {
	variable := p.variable(record, sums)
	f := &gradientFlow{p: p, of: make([]int, 1+p.states+sums)}
	for i := range f.of {
		f.of[i] = -1
	}
	out := p.outs
	for i := len(p.forward) - 1; i >= 0; i-- {
		o, v := &p.forward[i], variable[i]
		o.slot = -1
		switch o.kind {
		case opReadOut:
			out--
			f.readOut(out, o.dst, v.dst)
		case opCall:
			if d := f.of[o.dst]; d >= 0 && i >= record {
				o.slot = p.calls[o.level]
				p.calls[o.level]++
				f.call(o, d, v.dst, v.a)
			}
		case opSum:
			if d := f.of[o.dst]; d >= 0 {
				f.of[o.dst] = -1
				f.share(d, o, v.a, v.b)
			}
		}
	}
	p.input = f.of[0]
	p.inOrder()
}

func (f *gradientFlow) readOut(out, register int, variable bool) {
	switch has := f.of[register]; {
	case !variable:
		tmp := f.take()
		f.emit(backOp{kind: backHead, out: out, dst: tmp})
		f.release(tmp)
	case has < 0:
		f.of[register] = f.take()
		f.emit(backOp{kind: backReadOut, out: out, dst: f.of[register]})
	default:
		tmp := f.take()
		f.emit(backOp{kind: backReadOutAdd, out: out, dst: has, src: tmp})
		f.release(tmp)
	}
}

// call takes the gradient d of a call's output to what went in: the state and
// the injection, as far as they are variable.
func (f *gradientFlow) call(o *op, d int, state, injection bool) {
	f.emit(backOp{kind: backCall, level: o.level, slot: o.slot, dst: d})
	if !state {
		f.of[o.dst] = -1
	}
	switch {
	case injection:
		f.give(o.a, d, state)
	case !state:
		f.release(d)
	}
}

// share takes the gradient d of a sum to its addends.
func (f *gradientFlow) share(d int, o *op, a, b bool) {
	switch {
	case a && b:
		f.give(o.a, d, true)
		f.give(o.b, d, false)
	case a:
		f.give(o.a, d, false)
	case b:
		f.give(o.b, d, false)
	}
}

// inOrder numbers the slots, which were given in reverse, in the order of the
// calls.
func (p *plan) inOrder() {
	for i := range p.forward {
		if o := &p.forward[i]; o.kind == opCall && o.slot >= 0 {
			o.slot = p.calls[o.level] - 1 - o.slot
		}
	}
	for i := range p.backward {
		if b := &p.backward[i]; b.kind == backCall {
			b.slot = p.calls[b.level] - 1 - b.slot
		}
	}
}

// shareSums lets sums take the registers of others that are out of use.
func (p *plan) shareSums(sums int) {
	first := 1 + p.states
	last := make([]int, sums) // the operation that needs a sum last
	uses := func(o op) [2]int {
		if o.kind == opSum {
			return [2]int{o.a, o.b}
		}
		return [2]int{o.a, -1}
	}
	for i, o := range p.forward {
		if o.kind == opReadOut {
			continue
		}
		for _, r := range uses(o) {
			if r >= first {
				last[r-first] = i
			}
		}
	}
	p.registers = first
	register := make([]int, sums)
	var free []int
	for i := range p.forward {
		o := &p.forward[i]
		if o.kind == opReadOut {
			continue
		}
		before := uses(*o)
		if o.kind == opSum {
			sum := o.dst - first
			if n := len(free); n > 0 {
				register[sum], free = free[n-1], free[:n-1]
			} else {
				register[sum] = p.registers
				p.registers++
			}
			o.dst = register[sum]
			o.b = rename(o.b, first, register)
		}
		o.a = rename(o.a, first, register)
		for _, r := range before {
			if r >= first && last[r-first] == i {
				free = append(free, register[r-first])
				last[r-first] = -1 // once, should it be both operands
			}
		}
	}
}

// rename returns the register that a sum has been given.
func rename(r, first int, register []int) int {
	if r < first {
		return r
	}
	return register[r-first]
}
